//! `catalog config`: what is set, and where.

use super::{CommandError, ExitStatus, context::Context};
use crate::{
    report::{SettingReport, SettingsReport},
    settings::{SettingSource, ShownSetting, shown_settings},
};

/// What to tell about the settings.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List every setting with its value and where that comes from: an option, a variable, a line of the
    /// settings file, or the default; secrets are not shown
    Show(ShowArguments),
}

#[derive(Debug, clap::Args)]
struct ShowArguments {
    /// Only settings whose key begins with this, as in `server` or `limits.http`
    key: Option<String>,
    /// Only what differs from the default
    #[arg(long)]
    set: bool,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let Command::Show(arguments) = &arguments.command;
    let mut said = Vec::new();
    if let Some(variable) = std::env::var_os("CATALOG_LISTEN") {
        said.push(ShownSetting {
            key: "server.listen".to_owned(),
            value: Some(format!("{:?}", variable.to_string_lossy())),
            source: SettingSource::Environment("CATALOG_LISTEN".to_owned()),
        });
    }
    let store_variable = std::env::var_os("CATALOG_STORE").is_some();
    if context.store_is_named || store_variable {
        said.push(ShownSetting {
            key: "store.path".to_owned(),
            value: Some(format!("{:?}", context.store_path.display().to_string())),
            source: if context.store_is_named {
                SettingSource::Flag("--store".to_owned())
            } else {
                SettingSource::Environment("CATALOG_STORE".to_owned())
            },
        });
    }
    let shown = shown_settings(context.config.as_deref(), said);
    let shown = shown.map_err(|error| CommandError::undecided(error.to_string()))?;
    let is_asked_for = |setting: &ShownSetting| {
        let below = |key: &String| {
            let rest = setting.key.strip_prefix(key.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        arguments.key.as_ref().is_none_or(below)
            && !(arguments.set && setting.source == SettingSource::Default)
    };
    let rows: Vec<SettingReport> = shown.into_iter().filter(is_asked_for).map(row).collect();
    if let (Some(key), true) = (&arguments.key, rows.is_empty() && !arguments.set) {
        return Err(CommandError::usage(format!("no setting begins with `{key}`"))
            .hint("`catalog config show` lists all of them"));
    }
    context.write(&SettingsReport::new(rows), Some(0))?;
    Ok(ExitStatus::Fine)
}

fn row(setting: ShownSetting) -> SettingReport {
    let row = SettingReport { key: setting.key, value: setting.value, ..SettingReport::default() };
    match setting.source {
        SettingSource::Flag(name) => SettingReport { source: "flag", name: Some(name), ..row },
        SettingSource::Environment(name) => SettingReport { source: "environment", name: Some(name), ..row },
        SettingSource::File { path, line } => {
            SettingReport { source: "file", file: Some(path.display().to_string()), line: Some(line), ..row }
        }
        SettingSource::Default => SettingReport { source: "default", ..row },
    }
}
