//! The settings, told by what is wrong with them.
use super::*;

const CODE: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn config(arguments: &[&str], environment: &[(&str, &str)]) -> Result<Config, Problems> {
    let arguments: Vec<_> = arguments.iter().map(|one| (*one).to_owned()).collect();
    let found = |name: &str| {
        environment
            .iter()
            .find(|(one, _)| *one == name)
            .map(|(_, value)| (*value).to_owned())
    };
    match read(&arguments, &found)? {
        Wish::Run(config) | Wish::Check(config) => Ok(*config),
        Wish::Help | Wish::Version => panic!("asked to run"),
    }
}

fn written(text: &str) -> Result<Config, Problems> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    config(&["--config", file.path().to_str().unwrap()], &[])
}

#[test]
fn the_last_word_wins() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = format!(
        "listen = '127.0.0.1:1'\noperator = 'Ann'\ncreate_secrets = ['{CODE}']\n[quotas]\nslot_bytes = 5\nfetch_items = 7"
    );
    std::fs::write(file.path(), text).unwrap();
    let path = file.path().to_str().unwrap();
    let found = config(
        &["--config", path, "--listen", "127.0.0.1:3"],
        &[
            ("RELAY_LISTEN", "127.0.0.1:2"),
            ("RELAY_QUOTAS_SLOT_BYTES", "6"),
        ],
    )
    .unwrap();
    assert_eq!(
        (
            found.listen.port(),
            found.operator.as_str(),
            found.create_secrets.len()
        ),
        (3, "Ann", 1)
    );
    assert_eq!((found.quotas.slot_bytes, found.quotas.fetch_items), (6, 7));
    assert_eq!(found.quotas.box_inboxes, Quotas::default().box_inboxes);
    let codes = config(&[], &[("RELAY_CREATE_SECRETS", &format!("{CODE},{CODE}"))])
        .unwrap()
        .create_secrets;
    assert_eq!(codes.len(), 2);
}

#[test]
fn every_name_is_a_setting() {
    let mut text = format!(
        "listen = '[::1]:1'\nmetrics_listen = '127.0.0.1:2'\ndatabase = 'x/y.db'\noperator = 'Ann'\n\
         creating = 'closed'\ncreate_secrets = ['{CODE}']\nwake_gateway = 'https://wake.example'\nwake_round = 5\ninvites = 'x/z'\noblivious = 'x/o'\ntarget = 'https://post.example/box'\ncontrol = 'x/c'\nday_file = 'd'\naccept_day = true\n\
         connections = 3\n[quotas]\n"
    );
    let named = |text: &str, name: &str| text.contains(&format!("{name} = "));
    assert!(TOP.iter().all(|name| named(&text, name)));
    for (name, number) in QUOTAS.iter().zip(11..) {
        text.push_str(&format!("{name} = {number}\n"));
    }
    let found = written(&text).unwrap();
    let quotas = (found.quotas.slot_day_items, found.quotas.retry_after);
    assert_eq!((found.connections, quotas), (3, (11, 18)));
    assert_eq!(found.invites, Path::new("x/z"));
    assert_eq!(found.oblivious.as_deref(), Some(Path::new("x/o")));
    assert_eq!(found.target.unwrap().path(), "/box");
    assert_eq!(found.wake_gateway.unwrap().host_str(), Some("wake.example"));
    assert_eq!(found.wake_round, 5);
    assert!(found.accept_day && found.creating == Creating::Closed);
}

#[test]
fn what_belongs_to_a_key_wants_the_key() {
    let wrong = written("[gateway]\napns_team = 'T'\n").unwrap_err();
    let wrong = wrong.to_string();
    assert!(
        wrong.contains("gateway.apns_key must be given with"),
        "{wrong}"
    );
}

#[test]
fn who_may_create_follows_from_what_is_given() {
    let creating = |text: &str| written(text).map(|found| found.creating);
    let secrets = format!("create_secrets = ['{CODE}']\n");
    assert_eq!(creating(""), Ok(Creating::Open));
    assert_eq!(creating(&secrets), Ok(Creating::Invited));
    assert_eq!(creating("creating = 'invited'"), Ok(Creating::Invited));
    assert!(creating(&(secrets + "creating = 'open'")).is_err());
    assert_eq!(written("").unwrap().invites, Path::new("relay.db-invites"));
    let elsewhere = written("database = 'postgres://relay:hush@localhost/relay'");
    assert_eq!(elsewhere.unwrap().invites, Path::new("relay-invites"));
}

#[test]
fn a_database_is_a_file_or_an_address_that_nobody_is_shown() {
    let file = written("").unwrap().database;
    assert!(matches!(file, Database::File(path) if path == Path::new("relay.db")));
    let folder = tempfile::tempdir().unwrap();
    let roots = folder.path().join("roots.pem");
    std::fs::write(&roots, include_str!("../../tests/kit/root.pem")).unwrap();
    let over_tls = format!(
        "postgres://relay:hush@db/box?sslrootcert={}",
        roots.display()
    );
    for place in [
        "postgres://relay:hush@localhost/box",
        "postgresql://relay:hush@[::1]:77/box?connect_timeout=3",
        "postgres://relay:hush@%2Frun%2Fpostgresql/box",
        "postgres://relay:hush@db/box?sslmode=disable",
        &over_tls,
    ] {
        let server = config(&[], &[("RELAY_DATABASE", place)]).unwrap();
        assert!(matches!(server.database, Database::Postgres(_)), "{place}");
        assert!(!format!("{server:?}").contains("hush"));
    }
    std::fs::write(folder.path().join("none.pem"), "hush").unwrap();
    for (place, said) in [
        ("mysql://a:hush@b/c", "database must be a path"),
        (
            "postgres://a:hush@localhost:port/c",
            "database must be a path",
        ),
        ("postgres://a:hush@db/c", "database must be on this machine"),
        (
            "postgres://a:hush@db/c?sslmode=require",
            "database must be on this machine",
        ),
        (
            "postgres://a:hush@db/c?sslrootcert=/no/where",
            "database must be an address whose sslrootcert",
        ),
        (
            &over_tls.replace("roots", "none"),
            "database must be an address whose sslrootcert",
        ),
    ] {
        let wrong = config(&["--database", place], &[]).unwrap_err().to_string();
        assert!(
            wrong.starts_with(said) && !wrong.contains("hush"),
            "{wrong}"
        );
    }
}

#[test]
fn sealed_requests_are_taken_where_their_seed_has_a_place_and_go_to_one_target() {
    let oblivious = |text: &str| written(text).unwrap().oblivious;
    let beside = Path::new("relay.db-oblivious");
    assert_eq!(oblivious("").as_deref(), Some(beside));
    let shared = "database = 'postgres://relay:hush@localhost/relay'\n";
    assert_eq!(oblivious(shared), None);
    let named = oblivious(&format!("{shared}oblivious = 'seed'"));
    assert_eq!(named.as_deref(), Some(Path::new("seed")));
    let target = |url: &str| config(&["--target", url], &[]).map(|found| found.target.is_some());
    for good in [
        "https://post.example",
        "http://127.0.0.1:8480",
        "http://[::1]:1/box",
    ] {
        assert_eq!(target(good), Ok(true), "{good}");
    }
    for wrong in [
        "http://post.example",
        "https://me@post.example",
        "https://post.example/?to=x",
        "post.example",
    ] {
        assert_eq!(target(wrong), Err(NO_TARGET.into()), "{wrong}");
    }
}

#[test]
fn what_is_wrong_is_named_without_its_value() {
    for arguments in [&["--lisen", "x"][..], &["--listen"]] {
        let wrong = config(arguments, &[]).unwrap_err();
        assert!(matches!(wrong.0.first(), Some(ConfigError::Argument(_))));
    }
    let hush = config(&[], &[("RELAY_CREATE_SECRETS", "hush")]).unwrap_err();
    assert!(!hush.to_string().contains("hush"));
    assert_eq!(
        config(&["--metrics-listen", "0.0.0.0:1"], &[]).unwrap_err(),
        ConfigError::Wrong("metrics_listen", "a loopback address").into()
    );
    assert_eq!(
        config(&["--config", "/nowhere"], &[]).unwrap_err(),
        ConfigError::NoFile.into()
    );
    assert_eq!(
        written("listen = '127.0.0.1:1'\noperator = hush\n").unwrap_err(),
        ConfigError::NotToml(": line 2".into()).into()
    );
    let wrong = config(&[], &[("RELAY_QUOTAS_SLOT_BYTES", "many")]).unwrap_err();
    assert_eq!(wrong, ConfigError::Wrong("slot_bytes", NUMBER).into());
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(
        file.path(),
        "listen = 7\ncreating = 'hush'\nlisten_to = 'hush'\nday_file = '/nowhere/hush'\ndatabase = '/dev/null/hush.db'\n\
         invites = '/dev/null/hush'\n[quotas]\nslot_bytes = 0\nfetch_items = 70000\nbox = 1\n",
    )
    .unwrap();
    let path = file.path().to_str().unwrap();
    let wrong = config(&["--check-config", "--config", path, "--nonsense"], &[]).unwrap_err();
    let said = wrong.to_string();
    for name in [
        "--nonsense",
        "listen must",
        "creating must",
        "listen_to is",
        "day_file:",
        "database:",
        "invites:",
        "slot_bytes must",
        "fetch_items must",
        "quotas.box is",
    ] {
        assert!(said.contains(name), "{name} in {said}");
    }
    assert_eq!(
        (wrong.0.len(), said.contains("hush")),
        (10, false),
        "{said}"
    );
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("new/relay.db");
    let good = config(
        &["--check-config", "--database", good.to_str().unwrap()],
        &[],
    );
    assert!(good.is_ok(), "{good:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
