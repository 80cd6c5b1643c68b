//! Reads the Xcode project, which is written by hand: every id that it names is there, and every object is named. It knows
//! Apple's old text form of property lists and nothing of what the objects mean. Invariant: it says nothing about whether
//! Xcode opens the project; docs/platforms.md says that nobody tried here.

use crate::run::Held;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A value of a property list.
#[derive(Debug, PartialEq)]
enum Value {
    Text(String),
    List(Vec<Value>),
    Table(BTreeMap<String, Value>),
}

/// Whether the project holds together.
pub fn check(path: &Path) -> Held {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let wrong = dangling(&text)?;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("{}: {}", path.display(), wrong.join("; ")))
    }
}

fn dangling(text: &str) -> Result<Vec<String>, String> {
    let Value::Table(project) = Reader { rest: text }.whole()? else {
        return Err("the project is no table".to_owned());
    };
    let Some(Value::Table(objects)) = project.get("objects") else {
        return Err("there are no objects".to_owned());
    };
    let mut named = BTreeSet::new();
    project
        .iter()
        .filter(|(key, _)| *key != "objects")
        .for_each(|(_, value)| ids(value, &mut named));
    objects.values().for_each(|object| ids(object, &mut named));
    let mut wrong: Vec<String> = named
        .iter()
        .filter(|id| !objects.contains_key(*id))
        .map(|id| format!("{id} is named and not there"))
        .collect();
    wrong.extend(
        objects
            .keys()
            .filter(|id| !named.contains(*id))
            .map(|id| format!("{id} is there and not named")),
    );
    let nameless = objects.iter().filter(|(_, object)| match object {
        Value::Table(fields) => !matches!(fields.get("isa"), Some(Value::Text(_))),
        _ => true,
    });
    wrong.extend(nameless.map(|(id, _)| format!("{id} has no isa")));
    if objects.is_empty() {
        wrong.push("there are no objects".to_owned());
    }
    Ok(wrong)
}

fn is_id(text: &str) -> bool {
    text.len() == 24
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte))
}

fn ids(value: &Value, named: &mut BTreeSet<String>) {
    match value {
        Value::Text(text) if is_id(text) => {
            named.insert(text.clone());
        }
        Value::Text(_) => {}
        Value::List(values) => values.iter().for_each(|value| ids(value, named)),
        Value::Table(fields) => fields.iter().for_each(|(key, value)| {
            if is_id(key) {
                named.insert(key.clone());
            }
            ids(value, named);
        }),
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn whole(mut self) -> Result<Value, String> {
        let value = self.value()?;
        self.skip()?;
        if self.rest.is_empty() {
            Ok(value)
        } else {
            Err(self.at("more after the end"))
        }
    }

    fn at(&self, why: &str) -> String {
        let near: String = self.rest.chars().take(40).collect();
        format!("{why} at {near:?}")
    }

    /// Over spaces and comments.
    fn skip(&mut self) -> Held {
        loop {
            self.rest = self.rest.trim_start();
            self.rest = if let Some(after) = self.rest.strip_prefix("//") {
                after.split_once('\n').map_or("", |(_, rest)| rest)
            } else if let Some(after) = self.rest.strip_prefix("/*") {
                after.split_once("*/").ok_or("a comment without an end")?.1
            } else {
                return Ok(());
            };
        }
    }

    fn take(&mut self, sign: char) -> Result<bool, String> {
        self.skip()?;
        let after = self.rest.strip_prefix(sign);
        self.rest = after.unwrap_or(self.rest);
        Ok(after.is_some())
    }

    fn want(&mut self, sign: char) -> Held {
        if self.take(sign)? {
            Ok(())
        } else {
            Err(self.at(&format!("no {sign}")))
        }
    }

    fn value(&mut self) -> Result<Value, String> {
        if self.take('{')? {
            let mut fields = BTreeMap::new();
            while !self.take('}')? {
                let key = self.text()?;
                self.want('=')?;
                let value = self.value()?;
                self.want(';')?;
                if fields.insert(key.clone(), value).is_some() {
                    return Err(format!("{key} is there twice"));
                }
            }
            return Ok(Value::Table(fields));
        }
        if self.take('(')? {
            let mut values = Vec::new();
            while !self.take(')')? {
                values.push(self.value()?);
                if !self.take(',')? {
                    self.want(')')?;
                    break;
                }
            }
            return Ok(Value::List(values));
        }
        self.text().map(Value::Text)
    }

    fn text(&mut self) -> Result<String, String> {
        if self.take('"')? {
            let mut text = String::new();
            let mut signs = self.rest.char_indices();
            while let Some((at, sign)) = signs.next() {
                match sign {
                    '"' => {
                        self.rest = self.rest.get(at + 1..).unwrap_or_default();
                        return Ok(text);
                    }
                    '\\' => text.extend(signs.next().map(|(_, sign)| sign)),
                    sign => text.push(sign),
                }
            }
            return Err("a text without an end".to_owned());
        }
        let plain = |sign: char| sign.is_ascii_alphanumeric() || "_./$-".contains(sign);
        let end = self
            .rest
            .find(|sign| !plain(sign))
            .unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        if text.is_empty() {
            return Err(self.at("no text"));
        }
        self.rest = rest;
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::dangling;

    const WHOLE: &str = "// !$*UTF8*$!\n{ objectVersion = 77; objects = {\n\
        A00000000000000000000001 /* one */ = { isa = PBXProject; targets = ( A00000000000000000000002 /* two */, ); };\n\
        A00000000000000000000002 = { isa = PBXNativeTarget; name = \"a \\\"b\\\"\"; }; };\n\
        rootObject = A00000000000000000000001; }\n";

    #[test]
    fn a_whole_project_holds() {
        assert_eq!(dangling(WHOLE), Ok(Vec::new()));
    }

    #[test]
    fn an_id_that_is_nowhere_and_an_object_that_nobody_names_are_found() {
        let lost = WHOLE.replace(
            "A00000000000000000000002 = {",
            "A00000000000000000000003 = {",
        );
        let wrong = dangling(&lost).unwrap_or_default();
        assert_eq!(wrong.len(), 2, "{wrong:?}");
        let rootless = WHOLE.replace("rootObject = A00000000000000000000001;", "");
        assert_eq!(dangling(&rootless).unwrap_or_default().len(), 1);
    }

    #[test]
    fn what_is_no_property_list_is_refused() {
        for wrong in [
            WHOLE.replace("name = ", "name "),
            WHOLE.replace("isa = PBXNativeTarget;", "isa = PBXNativeTarget"),
            WHOLE.trim_end().trim_end_matches('}').to_owned(),
            format!("{WHOLE} }}"),
            "{ }".to_owned(),
        ] {
            assert!(dangling(&wrong).is_err(), "{wrong}");
        }
    }
}
