//! What /metrics shows of a real relay, and the dashboard that is made for it.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use crate::invites::fetch;
use crate::kit::{DAY, OK, Owner, Relay, WEEK, get};

const ANN: Owner = Owner("ann");

async fn shown(relay: &Relay) -> String {
    let answer = get(format!("{}/metrics", relay.metrics)).await;
    assert_eq!(answer.status, OK);
    String::from_utf8(answer.body).unwrap()
}

/// Names of the series in a text of metrics, and the names of their labels.
fn series(text: &str) -> BTreeSet<(String, Vec<String>)> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let named = lines.map(|line| {
        let (series, value) = line.rsplit_once(' ').unwrap();
        value.parse::<f64>().unwrap();
        let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
        let labels = labels.strip_suffix('}').unwrap().split(',');
        let labels = labels.filter(|label| !label.is_empty());
        let labels = labels.map(|label| label.split_once('=').unwrap().0.to_owned());
        (name.to_owned(), labels.collect())
    });
    named.collect()
}

#[tokio::test]
async fn counters_durations_and_the_box_as_a_whole_and_nothing_of_an_inbox() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[("RELAY_QUOTAS_BOX_INBOXES", "77")]);
    relay.create(None, &ANN.inbox(WEEK)).await;
    for key in 0..3 {
        relay.post(&ANN.slot(1), [key; 16], &[0; 1024]).await;
    }
    let waiting = tokio::spawn({
        let url = format!("{}/v1/wait", relay.address);
        let empty = Owner("bob");
        relay.create(None, &empty.inbox(WEEK)).await;
        async move { crate::kit::ask(url, Some(&empty.wake()), None, vec![1, 0, 60]).await }
    });
    let mut text = shown(&relay).await;
    while !text.contains("relay_waiting 1\n") {
        tokio::time::sleep(Duration::from_millis(20)).await;
        text = shown(&relay).await;
    }
    for line in [
        "relay_answers_total{endpoint=\"post\",status=\"200\"} 3",
        "relay_answer_seconds_count{endpoint=\"post\"} 3",
        "relay_answer_seconds_bucket{endpoint=\"post\",le=\"+Inf\"} 3",
        "relay_inboxes 2",
        "relay_inboxes_most 77",
    ] {
        assert!(text.lines().any(|one| one == line), "{line} in {text}");
    }
    assert!(text.contains(&format!("relay_day {DAY}\n")));
    let labels: BTreeSet<_> = series(&text).into_iter().flat_map(|one| one.1).collect();
    let known = ["endpoint", "le", "status", "version"].map(str::to_owned);
    assert!(labels.is_subset(&BTreeSet::from(known)), "{labels:?}");
    relay.post(&Owner("bob").slot(0), [9; 16], &[0; 1024]).await;
    assert_eq!(waiting.await.unwrap().unwrap().body, [1, 1]);
}

/// Every string under a key, however deep.
fn under<'a>(key: &str, value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field.as_str().filter(|_| name == key) {
                    Some(text) => found.push(text),
                    None => under(key, field, found),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|one| under(key, one, found)),
        _ => {}
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
    parts.filter(|word| !word.is_empty())
}

/// What the queries of a dashboard ask for and these series do not have.
fn missing(queries: &[&str], series: &BTreeSet<(String, Vec<String>)>) -> Vec<String> {
    let mut missing = Vec::new();
    for query in queries {
        let named: Vec<_> = words(query)
            .filter(|word| word.starts_with("relay_"))
            .collect();
        assert!(!named.is_empty(), "{query}");
        let of: Vec<_> = series
            .iter()
            .filter(|one| named.contains(&one.0.as_str()))
            .collect();
        missing.extend(
            named
                .iter()
                .filter(|name| of.iter().all(|one| one.0 != **name))
                .map(|name| (*name).to_owned()),
        );
        // Labels stand in braces before an operator, and in the lists of `by`.
        let picked = query
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'));
        let picked = picked.flat_map(|(inside, _)| inside.split(','));
        let picked = picked.filter_map(|one| words(one).next());
        let by = query
            .split("by (")
            .skip(1)
            .filter_map(|rest| rest.split_once(')'));
        let by = by.flat_map(|(inside, _)| words(inside));
        let labels = picked.chain(by);
        missing.extend(
            labels
                .filter(|label| of.iter().any(|one| !one.1.iter().any(|has| has == label)))
                .map(|label| format!("{label} in {query}")),
        );
    }
    missing
}

#[tokio::test]
async fn the_dashboard_asks_for_what_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    relay.create(None, &ANN.inbox(WEEK)).await;
    relay.post(&ANN.slot(1), [1; 16], &[0; 1024]).await;
    relay.fetch(&ANN.fetch(), 9, &[], &[]).await;
    fetch(&relay, None).await;
    let series = series(&shown(&relay).await);
    let dashboard = include_str!("../../packaging/dashboard.json");
    let dashboard: Value = serde_json::from_str(dashboard).unwrap();
    let mut queries = Vec::new();
    under("expr", &dashboard, &mut queries);
    assert!(queries.len() >= 9);
    assert_eq!(missing(&queries, &series), Vec::<String>::new());
    // And all that is shown is asked for.
    for (name, _) in &series {
        assert!(
            queries
                .iter()
                .any(|query| words(query).any(|word| word == name)),
            "{name}"
        );
    }
    // The check finds a name and a label that are not there.
    let wrong = [
        "rate(relay_answer_total[1h])",
        "sum by (inbox) (relay_answers_total)",
        "relay_day{endpoint=\"x\"}",
    ];
    assert_eq!(missing(&wrong, &series).len(), 3);
}
