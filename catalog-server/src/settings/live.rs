//! What of the settings a server takes over while it runs.

use super::Settings;

impl Settings {
    /// Takes over from settings that were read again what can be changed while a server runs: `[server.cors]`,
    /// `[server.documents]`, `[limits.rate]`, and what answers are measured by. Everything else stays as it was;
    /// whether any of it is other there, and waits for a restart.
    pub fn take_live(&mut self, read: &Self) -> bool {
        let Self { gaps, journey, gate, policy, check, read_policies, read_from, .. } = read.clone();
        (self.gaps, self.journey, self.gate, self.policy, self.check) = (gaps, journey, gate, policy, check);
        (self.read_policies, self.read_from) = (read_policies, read_from);
        self.server.cors = read.server.cors.clone();
        self.server.documents = read.server.documents.clone();
        self.limits.rate = read.limits.rate.clone();
        self != read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, waits: bool) {
        let read: Settings = toml::from_str(text).expect("the settings are sound");
        let mut settings = Settings::default();
        assert_eq!(settings.take_live(&read), waits, "{text}");
        assert_eq!(settings == read, !waits, "{text}");
        assert!(settings.gaps == read.gaps && settings.server.listen.is_none(), "{text}");
    }

    #[test]
    fn what_cannot_be_changed_live_waits_for_a_restart() {
        check("", false);
        check("[server.cors]\norigins = ['https://a.example']\n[limits.rate]\nclients_max = 7", false);
        check("[gaps]\ndeparted_days = 7\n[[gate]]\nname = 'ready'\n[policy]\nfolder = 'p'", false);
        check("[gaps]\ndeparted_days = 7\n[server]\nlisten = '127.0.0.1:1'", true);
        check("[limits.http]\nheaders_max = 7", true);
    }
}
