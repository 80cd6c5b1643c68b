//! What is refused, with which status, and that a refusal tells nothing more.

use relay::{Token, wire};

use crate::kit::{
    DAY, OK, Owner, Relay, WEEK, answer, ask, client, get, refused_by_its_head, set_day, text,
};

const ANN: Owner = Owner("ann");

#[tokio::test]
async fn sizes_off_the_ladder_and_bodies_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    relay.create(None, &ANN.inbox(WEEK)).await;
    for size in [0, 1, 1000, 1025, 3 << 10, 5 << 16, 7 << 16, (24 << 16) - 1] {
        assert_eq!(
            relay
                .post(&ANN.slot(1), [1; 16], &vec![0; size])
                .await
                .status,
            422,
            "{size}"
        );
    }
    // It is refused by its length, before it has come.
    let slot = ANN.slot(1);
    let refused = refused_by_its_head(&relay.address, "post", Some(&slot), (24 << 16) + 1).await;
    assert_eq!(refused, 413);
    let url = |path: &str| format!("{}/v1/{path}", relay.address);
    let without_key = ask(url("post"), Some(&ANN.slot(1)), None, vec![0; 1024])
        .await
        .unwrap();
    assert_eq!(without_key.status, 422);
    for path in ["create", "fetch", "acknowledge", "wait", "close", "delete"] {
        let token = if path == "wait" {
            ANN.wake()
        } else {
            ANN.fetch()
        };
        let token = (path != "create").then_some(&token);
        for body in [vec![], vec![2], vec![1, 0xff, 0xff, 0xff], vec![0; 400]] {
            assert_eq!(
                ask(url(path), token, None, body).await.unwrap().status,
                422,
                "{path}"
            );
        }
        let refused = refused_by_its_head(&relay.address, path, token, 20_000).await;
        assert_eq!(refused, 413, "{path}");
    }
    assert_eq!(
        relay.fetch_raw(&ANN.fetch(), 1, &[0; 65], &[]).await.status,
        422
    );
    let foreign = relay.fetch(&ANN.fetch(), 1, &[0; 48], &[]).await;
    assert_eq!(
        foreign.flags & 1,
        1,
        "a cursor of another box is a gap, not an error"
    );
    assert_eq!(get(url("post")).await.status, 405);
    assert_eq!(get(url("nothing")).await.status, 404);
    // And nothing of all this was kept.
    assert!(
        relay
            .fetch(&ANN.fetch(), 9, &[], &[])
            .await
            .items
            .is_empty()
    );
}

#[tokio::test]
async fn what_is_no_token_is_as_good_as_an_unknown_one() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    let unknown = relay.fetch_raw(&Token([9; 32]), 9, &[], &[]).await;
    assert_eq!(unknown.status, 404);
    let body = wire::write_fetch(&wire::FetchRequest {
        max: 9,
        cursor: vec![],
        acks: vec![],
    });
    let client = client();
    let good = text(&[9; 32]);
    for header in [
        None,
        Some(String::new()),
        Some("Bearer".into()),
        Some(good.clone()),
        Some(format!("Bearer {good}A")),
        Some(format!("Basic {good}")),
    ] {
        let mut request = client
            .post(format!("{}/v1/fetch", relay.address))
            .body(body.clone());
        if let Some(header) = header {
            request = request.header("authorization", header);
        }
        assert_eq!(
            answer(request.send().await.unwrap()).await.unwrap(),
            unknown
        );
    }
    let twice = client
        .post(format!("{}/v1/fetch", relay.address))
        .body(body)
        .header("authorization", format!("Bearer {good}"));
    let twice = twice
        .header("authorization", format!("Bearer {good}"))
        .send()
        .await
        .unwrap();
    assert_eq!(
        answer(twice).await.unwrap(),
        unknown,
        "one request holds one token"
    );
}

#[tokio::test]
async fn a_code_opens_the_box_and_can_be_turned_while_it_runs() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("relay.toml");
    let write = |codes: &[[u8; 32]]| {
        let codes: Vec<_> = codes.iter().map(|code| text(code)).collect();
        std::fs::write(&config, format!("create_secrets = {codes:?}\n")).unwrap();
    };
    write(&[[1; 32], [2; 32]]);
    let relay = Relay::start(folder.path(), &[("RELAY_CONFIG", config.to_str().unwrap())]);
    let refused = relay.create(None, &ANN.inbox(WEEK)).await;
    assert_eq!(refused.status, 403);
    assert_eq!(
        relay.create(Some(&Token([3; 32])), &ANN.inbox(WEEK)).await,
        refused
    );
    assert_eq!(
        relay
            .create(Some(&Token([1; 32])), &ANN.inbox(WEEK))
            .await
            .status,
        201
    );
    assert_eq!(
        relay
            .create(Some(&Token([2; 32])), &Owner("bob").inbox(WEEK))
            .await
            .status,
        201
    );
    write(&[[2; 32], [3; 32]]);
    relay.signal("HUP");
    while !relay.log().contains("settings read again") {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(
        relay
            .create(Some(&Token([1; 32])), &Owner("cat").inbox(WEEK))
            .await,
        refused
    );
    assert_eq!(
        relay
            .create(Some(&Token([3; 32])), &Owner("cat").inbox(WEEK))
            .await
            .status,
        201
    );
    std::fs::write(&config, "create_secrets = 5").unwrap();
    relay.signal("HUP");
    while !relay.log().contains("settings not read") {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(
        relay
            .create(Some(&Token([3; 32])), &Owner("dan").inbox(WEEK))
            .await
            .status,
        201,
        "the old ones stay"
    );
}

#[tokio::test]
async fn weeks_out_of_reach_and_hashes_that_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    assert_eq!(relay.create(None, &ANN.inbox(WEEK + 14)).await.status, 422);
    assert_eq!(relay.create(None, &ANN.inbox(WEEK - 14)).await.status, 422);
    assert_eq!(relay.create(None, &ANN.inbox(u32::MAX)).await.status, 422);
    assert_eq!(relay.create(None, &ANN.inbox(WEEK + 13)).await.status, 201);
    assert_eq!(relay.create(None, &ANN.inbox(WEEK + 12)).await.status, 409);
}

#[tokio::test]
async fn a_slot_that_posts_too_much_is_told_so_and_no_other_slot_is() {
    let folder = tempfile::tempdir().unwrap();
    let quotas = [
        ("RELAY_QUOTAS_SLOT_DAY_ITEMS", "2"),
        ("RELAY_QUOTAS_SLOT_BYTES", "4096"),
        ("RELAY_QUOTAS_RETRY_AFTER", "77"),
    ];
    let relay = Relay::start(folder.path(), &quotas);
    relay.create(None, &ANN.inbox(WEEK)).await;
    for key in [1, 2, 1, 2] {
        assert_eq!(
            relay.post(&ANN.slot(1), [key; 16], &[0; 1024]).await.status,
            OK,
            "repeats are not counted"
        );
    }
    let later = relay.post(&ANN.slot(1), [3; 16], &[0; 1024]).await;
    assert_eq!(
        (later.status, later.retry_after.as_deref()),
        (429, Some("77"))
    );
    assert_eq!(
        relay.post(&ANN.slot(2), [4; 16], &[0; 1024]).await.status,
        OK
    );
    set_day(folder.path(), DAY + 1);
    // The reader taking everything away changes nothing of what a slot is told.
    let got = relay.fetch(&ANN.fetch(), 9, &[], &[]).await;
    let acks: Vec<_> = got.items.iter().map(|item| item.0).collect();
    let got = relay.fetch(&ANN.fetch(), 9, &got.cursor, &acks).await;
    assert_eq!((got.flags, got.items.len()), (0, 0));
    assert_eq!(
        relay.post(&ANN.slot(1), [5; 16], &[0; 2048]).await.status,
        OK
    );
    assert_eq!(
        relay.post(&ANN.slot(1), [6; 16], &[0; 1024]).await.status,
        507
    );
    assert_eq!(
        relay.post(&ANN.slot(2), [7; 16], &[0; 1024]).await.status,
        OK
    );
    let marked = relay.fetch(&ANN.fetch(), 9, &got.cursor, &[]).await;
    assert_eq!((marked.flags, marked.items.len()), (2, 2));
    assert_eq!(
        relay
            .fetch(&ANN.fetch(), 9, &marked.cursor, &[])
            .await
            .flags,
        0
    );
}

#[tokio::test]
async fn a_full_box_refuses_new_inboxes_then_posts_and_never_the_reader() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[("RELAY_QUOTAS_BOX_BYTES", "2000000")]);
    assert_eq!(relay.create(None, &ANN.inbox(WEEK)).await.status, 201);
    let (mut key, mut kept) = (0, 0);
    let refused_at = loop {
        key += 1;
        let status = relay
            .post(&ANN.slot(key), [key; 16], &vec![key; 2 << 16])
            .await
            .status;
        if status != OK {
            break status;
        }
        kept += 1;
    };
    assert_eq!(refused_at, 507);
    assert_eq!(
        relay.create(None, &Owner("bob").inbox(WEEK)).await.status,
        507
    );
    let (mut cursor, mut acks, mut seen, mut flags) = (Vec::new(), Vec::new(), 0, 0);
    loop {
        let got = relay.fetch(&ANN.fetch(), 99, &cursor, &acks).await;
        seen += got.items.len();
        flags |= got.flags;
        acks = got.items.iter().map(|item| item.0).collect();
        cursor = got.cursor;
        if acks.is_empty() {
            break;
        }
    }
    assert_eq!((seen, flags & 2), (kept * 2, 2));
    assert_eq!(
        relay
            .post(&ANN.slot(50), [0; 16], &vec![1; 2 << 16])
            .await
            .status,
        OK,
        "there is room again"
    );
}
