// SPDX-License-Identifier: MIT
// Files, threads, a process and a connection, by Rust's standard library.
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::fs::{symlink, FileExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

fn files() -> std::io::Result<()> {
    fs::create_dir_all("made/by/rust")?;
    let mut file = OpenOptions::new().read(true).write(true).create_new(true).open("made/file")?;
    file.write_all(b"written by rust\n")?;
    file.write_at(b"W", 0)?;
    file.sync_all()?;
    file.seek(SeekFrom::Start(8))?;
    let mut rest = String::new();
    file.read_to_string(&mut rest)?;
    file.set_len(4)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    fs::copy("made/file", "made/copy")?;
    fs::rename("made/copy", "made/by/moved")?;
    fs::hard_link("made/file", "made/linked")?;
    symlink("file", "made/symbolic")?;
    println!("{rest}{:?}", fs::read_link("made/symbolic")?);
    println!("{:?}", fs::canonicalize("made/symbolic")?.file_name());
    for name in ["made/missing", "made/by"] {
        println!("{:?}", File::create_new_or_old(name).err().map(|error| error.kind()));
    }
    fs::remove_file("made/linked")?;
    let mut names: Vec<_> = fs::read_dir("made")?.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    println!("{names:?}");
    fs::remove_dir_all("made/by")
}

trait CreateNewOrOld {
    fn create_new_or_old(name: &str) -> std::io::Result<File>;
}

impl CreateNewOrOld for File {
    fn create_new_or_old(name: &str) -> std::io::Result<File> {
        OpenOptions::new().read(true).write(name.ends_with("by")).open(name)
    }
}

fn threads() {
    let (to, from) = mpsc::channel();
    let workers: Vec<_> = (0..5)
        .map(|n| {
            let to = to.clone();
            thread::spawn(move || {
                fs::write(format!("thread-{n}"), vec![b'x'; 100 * n]).unwrap();
                to.send(fs::read(format!("thread-{n}")).unwrap().len()).unwrap();
            })
        })
        .collect();
    for worker in workers {
        worker.join().unwrap();
    }
    drop(to);
    println!("{}", from.iter().sum::<usize>());
}

fn processes() -> std::io::Result<()> {
    let mut cat = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).env("ADDED", "1").spawn()?;
    cat.stdin.take().unwrap().write_all(b"through cat\n")?;
    print!("{}", String::from_utf8_lossy(&cat.wait_with_output()?.stdout));
    println!("{:?}", Command::new("no-such-program").status().map_err(|error| error.kind()));
    println!("{:?}", Command::new("sh").args(["-c", "exit 4"]).current_dir("/").status()?.code());
    let mut killed = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    killed.stdin.as_mut().unwrap().write_all(b"x")?;
    killed.stdout.as_mut().unwrap().read_exact(&mut [0])?;
    killed.kill()?;
    println!("{:?}", killed.wait()?.success());
    Ok(())
}

fn connections() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let mut client = TcpStream::connect(address)?;
    let (mut server, _) = listener.accept()?;
    client.write_all(b"hello")?;
    drop(client);
    let mut text = String::new();
    server.read_to_string(&mut text)?;
    println!("{text}");
    drop((server, listener));
    println!("{:?}", TcpStream::connect("127.0.0.1:1").map_err(|error| error.kind()).err());
    println!("{:?}", UnixStream::connect("no.socket").map_err(|error| error.kind()).err());
    let one = UdpSocket::bind("127.0.0.1:0")?;
    let two = UdpSocket::bind("[::1]:0");
    println!("{}", one.send_to(b"to myself", one.local_addr()?)?);
    drop(two);
    let (mut a, mut b) = UnixStream::pair()?;
    a.write_all(b"x")?;
    b.read_exact(&mut [0])
}

fn main() {
    files().unwrap();
    threads();
    processes().unwrap();
    connections().unwrap();
}
