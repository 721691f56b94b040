//! A page to try queries on.

use async_graphql::http::GraphiQLSource;

/// What GraphiQL's own page shows until its script has come.
const WAITING: &str = "Loading...";

/// The page of GraphiQL, an editor for queries, for the GraphQL address `endpoint`; subscriptions are followed over
/// a WebSocket of the same address.
///
/// The editor's script and style are fetched from a public content network by the browser. Where there
/// is no network, and until they have come, the page holds a plain form that asks the same server.
pub fn graphiql_page(endpoint: &str) -> String {
    let page =
        GraphiQLSource::build().endpoint(endpoint).subscription_endpoint(endpoint).title("catalog").finish();
    page.replacen(WAITING, &PLAIN_FORM.replace("ENDPOINT", endpoint), 1)
}

const PLAIN_FORM: &str = r#"
      <form id="plain" style="font: 15px/1.5 sans-serif; max-width: 60em; margin: 2em auto">
        <p>The editor is being fetched from the network. Without a network, ask here:</p>
        <textarea id="query" rows="12" style="width: 100%; font: 14px monospace">{ catalog { revision } search(text: "api", first: 5) { nodes { entity { ref owner { ref } } } } }</textarea>
        <p><button>Ask</button></p>
        <pre id="answer" style="white-space: pre-wrap"></pre>
        <script>
          document.getElementById("plain").addEventListener("submit", async (event) => {
            event.preventDefault();
            const answer = document.getElementById("answer");
            try {
              const response = await fetch("ENDPOINT", {
                method: "POST",
                headers: { "content-type": "application/json" },
                body: JSON.stringify({ query: document.getElementById("query").value }),
              });
              answer.textContent = JSON.stringify(await response.json(), null, 2);
            } catch (error) {
              answer.textContent = String(error);
            }
          });
        </script>
      </form>"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_asks_also_without_a_network() {
        let page = graphiql_page("/graphql");
        assert!(page.contains("fetch(\"/graphql\""), "the plain form stands where the editor will");
        assert!(!page.contains(WAITING) && page.contains("subscriptionUrl: createUrl('/graphql', true)"));
    }
}
