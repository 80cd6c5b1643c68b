//! A home's network: a small proxy between it and the post box, with a switch that cuts it. It also keeps what passed,
//! so that the demo can ask what the post box ever got to see. Invariant: while it is off, nothing goes through.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// Every request that went through any of the switches, whole.
pub type Passed = Arc<Mutex<Vec<Vec<u8>>>>;

/// One home's way to the post box.
#[derive(Debug)]
pub struct Switch {
    /// The proxy's address.
    pub proxy: String,
    on: Arc<AtomicBool>,
}

impl Switch {
    /// A switch that is on, before the post box at `address`.
    ///
    /// # Errors
    /// The machine's no.
    pub fn before(address: &str, passed: &Passed) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let proxy = format!("http://{}", listener.local_addr()?);
        let on = Arc::new(AtomicBool::new(true));
        let (is_on, address, passed) = (Arc::clone(&on), address.to_owned(), Arc::clone(passed));
        std::thread::spawn(move || {
            for home in listener.incoming().flatten() {
                if !is_on.load(Ordering::SeqCst) {
                    continue;
                }
                let (address, passed) = (address.clone(), Arc::clone(&passed));
                std::thread::spawn(move || {
                    let _ = carry(home, &address, &passed);
                });
            }
        });
        Ok(Self { proxy, on })
    }

    /// On or off.
    pub fn set(&self, on: bool) {
        self.on.store(on, Ordering::SeqCst);
    }
}

/// One connection, there and back, to its end.
fn carry(mut home: TcpStream, address: &str, passed: &Passed) -> std::io::Result<()> {
    let mut relay = TcpStream::connect(address)?;
    let (mut from_relay, mut to_home) = (relay.try_clone()?, home.try_clone()?);
    let back = std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_relay, &mut to_home);
        let _ = to_home.shutdown(Shutdown::Both);
    });
    let mut request = Vec::new();
    let mut buffer = [0; 16_384];
    loop {
        let count = match home.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => count,
        };
        request.extend_from_slice(&buffer[..count]);
        if relay.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = relay.shutdown(Shutdown::Write);
    let _ = back.join();
    if let Ok(mut all) = passed.lock() {
        all.push(request);
    }
    Ok(())
}
