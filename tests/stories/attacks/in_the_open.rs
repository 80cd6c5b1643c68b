//! A seized phone's file without its encryption: every page as SQLite wrote it, the free ones and those that lie in the
//! log too. Whoever has the key can do this, with no word from the app. It knows SQLCipher's layout (AES-256-CBC, each
//! page's nonce and check in its last 80 bytes) and proves itself: what it makes of a file is a file of plain SQLite.

use cbc::cipher::array::Array;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use std::path::Path;

const PAGE: usize = 1_024;
/// Nonce and check at the end of each page.
const RESERVED: usize = 80;
/// The first page begins with the salt, where plain SQLite has its name.
const HEAD: usize = 16;
const NAME: &[u8; HEAD] = b"SQLite format 3\0";

/// A page, whatever stands in it.
pub struct Page {
    /// The file, and which page of it.
    pub place: String,
    pub bytes: Vec<u8>,
}

fn opened(key: &[u8; 32], page: &[u8], is_first: bool) -> Vec<u8> {
    let (body, end) = page.split_at(PAGE - RESERVED);
    let nonce: [u8; 16] = end[..16].try_into().unwrap();
    let mut cipher = cbc::Decryptor::<aes::Aes256>::new(&Array::from(*key), &Array::from(nonce));
    let mut bytes = body.to_vec();
    let from = if is_first { HEAD } else { 0 };
    for block in bytes[from..].chunks_exact_mut(16) {
        let block: &mut Array<u8, _> = block.try_into().unwrap();
        cipher.decrypt_block(block);
    }
    if is_first {
        bytes[..HEAD].copy_from_slice(NAME);
    }
    bytes.extend_from_slice(end);
    bytes
}

/// Every page of the file and every frame of its log.
pub fn every_page(folder: &Path, key: &[u8; 32]) -> Vec<Page> {
    let file = std::fs::read(folder.join("alongside.db")).unwrap();
    let log = std::fs::read(folder.join("alongside.db-wal")).unwrap_or_default();
    let of_file = file.chunks_exact(PAGE).enumerate().map(|(n, page)| Page {
        place: format!("page {} of the file", n + 1),
        bytes: opened(key, page, n == 0),
    });
    let frames = log.get(32..).unwrap_or_default();
    let of_log = frames
        .chunks_exact(24 + PAGE)
        .enumerate()
        .map(|(n, frame)| {
            let number = u32::from_be_bytes(frame[..4].try_into().unwrap());
            Page {
                place: format!("frame {n} of the log, of page {number}"),
                bytes: opened(key, &frame[24..], number == 1),
            }
        });
    of_file.chain(of_log).collect()
}

/// Whether plain SQLite reads the pages of the file as its own, and finds every one of them where it belongs.
pub fn is_plain(pages: &[Page], scratch: &Path) -> bool {
    let of_file = pages.iter().filter(|page| page.place.ends_with("the file"));
    let mut file: Vec<u8> = of_file.flat_map(|page| page.bytes.clone()).collect();
    // The mode without a log: only the file is looked at.
    file[18..20].copy_from_slice(&[1, 1]);
    std::fs::create_dir_all(scratch).unwrap();
    let path = scratch.join("plain.db");
    std::fs::write(&path, file).unwrap();
    let plain = rusqlite::Connection::open(&path).unwrap();
    let said = plain.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
    said.as_deref() == Ok("ok")
}

/// The places where these bytes lie, or a half of them: a row may be cut anywhere where a page ends.
pub fn places<'a>(pages: &'a [Page], sought: &[u8]) -> Vec<&'a str> {
    let (first, second) = sought.split_at(sought.len() / 2);
    let holds = |page: &&Page| {
        let finds = |half| town::search::position(&page.bytes, half).is_some();
        finds(first) || finds(second)
    };
    let found = pages.iter().filter(holds);
    found.map(|page| page.place.as_str()).collect()
}
