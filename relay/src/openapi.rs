//! The protocol as an OpenAPI 3.1 document, for clients, fuzzers and operators: made of the relay's own limits and kinds of problems.
//! Knows what is asked and answered; PROTOCOL.md says what it means.
//! Invariant: the relay's tests hold each path and each real answer against it, so it can't say what is not so.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::http::oblivious::{KEYS, REQUEST, RESPONSE};
use crate::http::problem::{self, Kind};
use crate::oblivious::binary::SEALED_LIMIT;
use crate::wire;

/// One deed of the protocol.
struct Deed {
    path: &'static str,
    summary: &'static str,
    /// What stands in the `authorization` header.
    right: Right,
    /// The longest body, in bytes.
    most: usize,
    good: &'static [Good],
    /// Besides those that every deed may meet.
    refused: &'static [Kind],
}

#[derive(Clone, Copy)]
enum Right {
    Token(&'static str),
    /// None where the box is open.
    IfAsked(&'static str),
}

#[derive(Clone, Copy)]
enum Good {
    Nothing(StatusCode, &'static str),
    Bytes(&'static str),
    Events(&'static str),
}

use Good::{Bytes, Events, Nothing};

/// What any deed may meet.
const EVERY: [Kind; 5] = [
    problem::TOO_LARGE,
    problem::MALFORMED,
    problem::TRY_LATER,
    problem::FAULT,
    problem::FULL,
];

const DEEDS: [Deed; 10] = [
    Deed {
        path: "/v1/create-secret",
        summary: "Gives the create-secrets that an invite's code fetches.",
        right: Right::IfAsked("code"),
        most: wire::BODY_LIMIT,
        good: &[Bytes("0x01, u8 n, n x (u32 month, create-secret 32)")],
        refused: &[problem::NOT_INVITED],
    },
    Deed {
        path: "/v1/create",
        summary: "Makes an inbox for one week.",
        right: Right::IfAsked("create-secret"),
        most: wire::BODY_LIMIT,
        good: &[
            Nothing(StatusCode::CREATED, "It was made now."),
            Nothing(StatusCode::OK, "The same was made before."),
        ],
        refused: &[problem::NOT_INVITED, problem::CONFLICT],
    },
    Deed {
        path: "/v1/post",
        summary: "Keeps one item, or several equal parts, through a slot.",
        right: Right::Token("slot"),
        most: wire::POST_LIMIT,
        good: &[Bytes("0x01, u8 n, n x u8: 0 stored now, 1 stored before")],
        refused: &[
            problem::NO_SUCH_INBOX,
            problem::CONFLICT,
            problem::WRONG_SIZE,
        ],
    },
    Deed {
        path: "/v1/fetch",
        summary: "Takes away what is acknowledged, then gives what waits after the cursor.",
        right: Right::Token("fetch"),
        most: wire::BODY_LIMIT,
        good: &[Bytes(
            "0x01, u8 flags, bytes cursor, u16 n, n x (id 16, u32 day, bytes)",
        )],
        refused: &[problem::NO_SUCH_INBOX],
    },
    Deed {
        path: "/v1/acknowledge",
        summary: "Takes away what the reader has for good.",
        right: Right::Token("fetch"),
        most: wire::BODY_LIMIT,
        good: &[Nothing(StatusCode::NO_CONTENT, "It is gone.")],
        refused: &[problem::NO_SUCH_INBOX],
    },
    Deed {
        path: "/v1/wait",
        summary: "Waits until something is there.",
        right: Right::Token("wake"),
        most: wire::BODY_LIMIT,
        good: &[Bytes("0x01, u8: 1 something waits, 0 nothing")],
        refused: &[problem::NO_SUCH_INBOX],
    },
    Deed {
        path: "/v1/waits",
        summary: "Tells as a stream, as long as it is held, whenever something came.",
        right: Right::Token("wake"),
        most: wire::BODY_LIMIT,
        good: &[Events(
            "Server-sent events: `data: 1` that something waits; comments that the connection lives.",
        )],
        refused: &[problem::NO_SUCH_INBOX],
    },
    Deed {
        path: "/v1/waking",
        summary: "Sets the address at which the wake gateway wakes this inbox's owner, or takes it away.",
        right: Right::Token("fetch"),
        most: wire::BODY_LIMIT,
        good: &[Nothing(StatusCode::NO_CONTENT, "It is so.")],
        refused: &[problem::NO_SUCH_INBOX, problem::NO_SUCH_PAGE],
    },
    Deed {
        path: "/v1/close",
        summary: "Closes slots for good.",
        right: Right::Token("fetch"),
        most: wire::BODY_LIMIT,
        good: &[Nothing(StatusCode::NO_CONTENT, "They are closed.")],
        refused: &[problem::NO_SUCH_INBOX],
    },
    Deed {
        path: "/v1/delete",
        summary: "Deletes the inbox and all that is in it.",
        right: Right::Token("fetch"),
        most: wire::BODY_LIMIT,
        good: &[Nothing(StatusCode::NO_CONTENT, "It is gone.")],
        refused: &[problem::NO_SUCH_INBOX],
    },
];

/// The document.
#[must_use]
pub fn document() -> Value {
    let mut paths: Map<String, Value> = DEEDS
        .iter()
        .map(|deed| (deed.path.to_owned(), json!({"post": deed_of(deed)})))
        .collect();
    let text = |description: &str| {
        json!({
            "description": description,
            "content": {"text/plain; charset=utf-8": {"schema": {"type": "string"}}},
        })
    };
    paths.insert("/v1/oblivious".into(), json!({"post": sealed()}));
    let keys = json!({
        "description": "This week's key configuration (RFC 9458, 3).",
        "content": {(KEYS): {"schema": {"type": "string", "format": "binary"}}},
    });
    let info = json!({
        "description": "What the box is and allows.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Info"}}},
    });
    let troubled = [problem::TRY_LATER, problem::FAULT, problem::FULL];
    let kept = [&[problem::NO_SUCH_PAGE][..], &troubled].concat();
    let pages = [
        (
            "/v1/info",
            "What the box says of itself.",
            info,
            &troubled[..],
        ),
        (
            "/v1/oblivious-keys",
            "The key that requests are sealed for.",
            keys,
            &kept[..],
        ),
        (
            "/healthz",
            "Whether the process lives.",
            text("It does."),
            &[],
        ),
        (
            "/readyz",
            "Whether things can be kept and the day is known.",
            text("They can, and it is."),
            &troubled[..],
        ),
    ];
    for (path, summary, good, refused) in pages {
        let mut answers = Map::new();
        answers.insert("200".into(), good);
        refuse(&mut answers, refused);
        let page = json!({"get": {
            "operationId": path.trim_start_matches("/v1/").trim_start_matches('/'),
            "summary": summary,
            "responses": answers,
        }});
        paths.insert(path.into(), page);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Alongside post box",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A blind relay of sealed envelopes. One request holds one token and has a connection of its own. relay/PROTOCOL.md says what each means.",
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "securitySchemes": rights(),
            "schemas": {"Info": info_schema(), "Problem": problem_schema()},
        },
    })
}

fn deed_of(deed: &Deed) -> Value {
    let mut answers = Map::new();
    for good in deed.good {
        match good {
            Nothing(status, what) => {
                answers.insert(status.as_str().into(), json!({"description": what}));
            }
            Events(what) => {
                let schema = json!({"type": "string"});
                let answer = json!({
                    "description": what,
                    "content": {"text/event-stream": {"schema": schema}},
                });
                answers.insert("200".into(), answer);
            }
            Bytes(what) => {
                let schema = json!({"type": "string", "format": "binary"});
                let answer = json!({
                    "description": what,
                    "content": {"application/octet-stream": {"schema": schema}},
                });
                answers.insert("200".into(), answer);
            }
        }
    }
    let refused = [deed.refused, &EVERY].concat();
    refuse(&mut answers, &refused);
    let right = |name: &str| json!({name: []});
    let security = match deed.right {
        Right::Token(name) => json!([right(name)]),
        Right::IfAsked(name) => json!([right(name), {}]),
    };
    let schema = json!({"type": "string", "format": "binary", "maxLength": deed.most});
    let mut described = json!({
        "operationId": deed.path.trim_start_matches("/v1/"),
        "summary": deed.summary,
        "security": security,
        "requestBody": {"required": true, "content": {"application/octet-stream": {"schema": schema}}},
        "responses": answers,
    });
    if let Some(described) = described
        .as_object_mut()
        .filter(|_| deed.path == "/v1/post")
    {
        let key = json!({
            "name": "idempotency-key",
            "in": "header",
            "required": true,
            "description": "16 random bytes, base64url without padding: the same key and body is the same deed.",
            "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{21}[AQgw]$"},
        });
        described.insert("parameters".into(), json!([key]));
    }
    described
}

/// A sealed request, and its sealed answer.
fn sealed() -> Value {
    let schema = json!({"type": "string", "format": "binary", "maxLength": SEALED_LIMIT});
    let mut answers = Map::new();
    let good = json!({
        "description": "The answer to what was asked inside, sealed (RFC 9458, 4.4), whatever it is.",
        "content": {(RESPONSE): {"schema": {"type": "string", "format": "binary"}}},
    });
    answers.insert("200".into(), good);
    let refused = [
        problem::OTHER_KEY,
        problem::NO_SUCH_PAGE,
        problem::TOO_LARGE,
        problem::TRY_LATER,
        problem::FAULT,
        problem::FULL,
    ];
    refuse(&mut answers, &refused);
    json!({
        "operationId": "oblivious",
        "summary": "Asks one of the others but wait, sealed (RFC 9458) as binary HTTP (RFC 9292).",
        "requestBody": {"required": true, "content": {(REQUEST): {"schema": schema}}},
        "responses": answers,
    })
}

/// Adds refusals; those of one status share an entry.
fn refuse(answers: &mut Map<String, Value>, kinds: &[Kind]) {
    for kind in kinds {
        let same = || {
            let same = kinds.iter().filter(|one| one.status == kind.status);
            same.copied()
        };
        let types: Vec<String> = same().map(|one| one.uri()).collect();
        let titles: Vec<&str> = same().map(|one| one.title).collect();
        let mut answer = json!({
            "description": titles.join(" Or: "),
            "content": {"application/problem+json": {"schema": {
                "allOf": [{"$ref": "#/components/schemas/Problem"}],
                "properties": {"type": {"enum": types}, "status": {"const": kind.status.as_u16()}},
            }}},
        });
        if let Some(answer) = answer.as_object_mut().filter(|_| kind.again) {
            let schema = json!({"type": "integer", "minimum": 0});
            let header = json!({"description": "Seconds.", "required": true, "schema": schema});
            answer.insert("headers".into(), json!({"retry-after": header}));
        }
        answers.insert(kind.status.as_str().into(), answer);
    }
}

fn rights() -> Value {
    let bearer = |what: &str| {
        json!({
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "32 bytes, base64url without padding",
            "description": what,
        })
    };
    json!({
        "fetch": bearer("The token of an inbox's owner."),
        "wake": bearer("The token that asks whether something waits."),
        "slot": bearer("The token that posts through one slot."),
        "code": bearer("An invite's code."),
        "create-secret": bearer("The box's create-secret of the month."),
    })
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
        },
    })
}

fn info_schema() -> Value {
    let (number, text) = (
        json!({"type": "integer", "minimum": 0}),
        json!({"type": "string"}),
    );
    let numbers = json!({"type": "array", "items": number});
    let secret = json!({
        "type": "object",
        "required": ["month", "hash"],
        "properties": {"month": number, "hash": text},
    });
    let properties = json!({
        "version": text,
        "protocol": number,
        "operator": text,
        "day": number,
        "open": {"type": "boolean"},
        "creating": {"enum": ["open", "invited", "closed"]},
        "create_secrets": {"type": "array", "items": secret},
        "sizes": numbers,
        "chunk": number,
        "chunk_counts": numbers,
        "slots": number,
        "weeks_ahead": number,
        "life_days": number,
        "max_fetch": number,
        "max_acknowledge": number,
        "max_wait": number,
        "wake_gateway": text,
        "slot_day_items": number,
        "slot_day_bytes": number,
        "slot_bytes": number,
    });
    let names = properties.as_object().into_iter().flat_map(Map::keys);
    let names: Vec<&String> = names.collect();
    json!({"type": "object", "required": names, "properties": properties})
}
