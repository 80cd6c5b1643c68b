//! The OpenAPI document, held against the router and against each answer that any test here gets.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

use crate::kit::{Answer, Relay, get};

pub static DOCUMENT: LazyLock<Value> = LazyLock::new(relay::openapi::document);

/// Complains about an answer that the document does not have.
pub fn complaint(document: &Value, method: &str, url: &str, answer: &Answer) -> Option<String> {
    let path = url.splitn(4, '/').nth(3).map(|path| format!("/{path}"));
    let path = path.unwrap_or_default();
    let of_path = &document["paths"][&path];
    let problem = || serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
    if of_path[method].is_null() {
        let kind = if of_path.is_null() {
            (404, "no-such-page")
        } else {
            (405, "other-method")
        };
        let told = problem()["type"] == format!("urn:alongside:post-box:{}", kind.1);
        let metrics = path == "/metrics" && answer.status == 200;
        let good = metrics || (answer.status == kind.0 && told);
        return (!good).then(|| format!("{method} {path}: {}", answer.status));
    }
    let said = &of_path[method]["responses"][answer.status.to_string()];
    let wrong = |what: &str| Some(format!("{method} {path} {}: {what}", answer.status));
    if said.is_null() {
        return wrong("is not in the document");
    }
    let kinds: Vec<&String> = said["content"]
        .as_object()
        .into_iter()
        .flat_map(|all| all.keys())
        .collect();
    if kinds != [&answer.kind]
        && !(kinds.is_empty() && answer.kind.is_empty() && answer.body.is_empty())
    {
        return wrong("another content type");
    }
    if said["headers"]["retry-after"].is_null() != answer.retry_after.is_none() {
        return wrong("retry-after");
    }
    if answer.kind == "application/problem+json" {
        let (problem, schema) = (
            problem(),
            &said["content"][&answer.kind]["schema"]["properties"],
        );
        let types = schema["type"]["enum"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        if !types.contains(&problem["type"]) || problem["status"] != schema["status"]["const"] {
            return wrong("another problem");
        }
    }
    None
}

/// Holds an answer against the document; every request of the kit comes by here.
pub fn hold(method: &str, url: &str, answer: &Answer) {
    assert_eq!(complaint(&DOCUMENT, method, url, answer), None);
}

/// Paths and methods of the router, from its source.
fn routed() -> BTreeSet<(String, &'static str)> {
    let source = include_str!("../../src/http/mod.rs");
    let routes = source.split_once("pub fn routes").unwrap().1;
    let routes = routes.split_once("\n}").unwrap().0;
    let each = routes.split(".route(\"").skip(1).map(|rest| {
        let (path, rest) = rest.split_once("\", ").unwrap();
        (
            path.to_owned(),
            if rest.starts_with("get(") {
                "get"
            } else {
                "post"
            },
        )
    });
    each.collect()
}

#[tokio::test]
async fn the_document_has_the_paths_of_the_router_and_no_other() {
    let mut said = BTreeSet::new();
    for (path, methods) in DOCUMENT["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "delete", "patch", "head", "options"] {
            if methods[method].is_object() {
                said.insert((path.clone(), method));
            }
        }
        assert_eq!(methods.as_object().unwrap().len(), 1);
    }
    assert_eq!(said, routed());
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    for (path, method) in said {
        let url = format!("{}{path}", relay.address);
        // The kit holds each of these against the document.
        let (got, posted) = (
            get(url.clone()).await,
            crate::kit::ask(url, None, None, vec![]).await,
        );
        let (asked, other) = if method == "get" {
            (got, posted.unwrap())
        } else {
            (posted.unwrap(), got)
        };
        assert_ne!(asked.status, 405, "{path}");
        assert_eq!(other.status, 405, "{path}");
    }
    let info = get(format!("{}/v1/info", relay.address)).await;
    let info: Value = serde_json::from_slice(&info.body).unwrap();
    let schema = &DOCUMENT["components"]["schemas"]["Info"];
    let names = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(names(&info), names(&schema["properties"]));
    for (name, of) in schema["properties"].as_object().unwrap() {
        let value = &info[name];
        let fits = match of["type"].as_str() {
            Some("integer") => value.is_u64(),
            Some("string") => value.is_string(),
            Some("boolean") => value.is_boolean(),
            Some("array") => value.is_array(),
            _ => of["enum"].as_array().unwrap().contains(value),
        };
        assert!(fits, "{name}: {value}");
    }
}

#[test]
fn the_command_shows_it_and_what_is_not_in_it_is_complained_about() {
    let done = Command::new(env!("CARGO_BIN_EXE_relay"))
        .arg("openapi")
        .output()
        .unwrap();
    assert!(done.status.success());
    let shown: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(shown, *DOCUMENT);
    let problem = |name: &str, status: u16| Answer {
        status,
        kind: "application/problem+json".into(),
        retry_after: None,
        body: format!("{{\"type\":\"urn:alongside:post-box:{name}\",\"status\":{status}}}")
            .into_bytes(),
    };
    let asked = |method, path: &str, answer| {
        complaint(&DOCUMENT, method, &format!("http://x{path}"), &answer)
    };
    assert_eq!(
        asked("post", "/v1/fetch", problem("no-such-inbox", 404)),
        None
    );
    for (method, path, answer) in [
        ("post", "/v1/fetch", problem("no-such-page", 404)),
        ("post", "/v1/fetch", problem("not-invited", 403)),
        ("post", "/v1/fetch", problem("try-later", 429)),
        (
            "post",
            "/v1/fetch",
            Answer {
                kind: "text/plain".into(),
                ..problem("no-such-inbox", 404)
            },
        ),
        ("get", "/v1/fetch", problem("no-such-page", 404)),
        ("get", "/other", problem("no-such-inbox", 404)),
        ("get", "/healthz", problem("fault", 503)),
    ] {
        assert!(asked(method, path, answer).is_some(), "{method} {path}");
    }
}
