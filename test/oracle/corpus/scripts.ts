// SPDX-License-Identifier: MIT
// Scripts of the corpus, in the languages of those who interpret them.

export const pythonScript = `
import os, socket, subprocess, threading
print(subprocess.run(['echo', 'one'], capture_output=True, text=True).stdout)
print(subprocess.run('cat data | sort -r | head -n 1', shell=True, capture_output=True, text=True).stdout)
try:
    subprocess.run(['no-such-program'])
except FileNotFoundError as error:
    print(error)
print(subprocess.run(['false']).returncode, subprocess.run(['sh', '-c', 'kill -TERM $$']).returncode)
with subprocess.Popen(['cat'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd='/') as cat:
    print(cat.communicate(b'through a pipe')[0])
child = os.fork()
if child == 0:
    os.chdir('/')
    os._exit(7 if os.path.exists('nothing') else 8)
print(os.waitpid(child, 0)[1] >> 8)
child = os.posix_spawn('/bin/echo', ['echo', 'spawned'], os.environ)
os.waitpid(child, 0)
thread = threading.Thread(target=lambda: open('data').read())
thread.start()
thread.join()
for name in ['missing', 'data']:
    try:
        print(len(open(name).read()))
    except OSError as error:
        print(error.errno)
for family, address in [(socket.AF_NETLINK, (0, 0)), (socket.AF_UNIX, b'\\0nobody listens'), (socket.AF_UNIX, 'data'),
                        (socket.AF_INET, ('127.0.0.1', 1)), (socket.AF_INET6, ('::1', 1)), (socket.AF_INET6, ('::ffff:127.0.0.1', 1))]:
    with socket.socket(family, socket.SOCK_RAW if family == socket.AF_NETLINK else socket.SOCK_STREAM) as s:
        try:
            s.connect(address)
        except OSError as error:
            print(error.errno)
import json, sqlite3, ssl, decimal
`

export const nodeScript = `
import { execFile, exec, fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { isMainThread, Worker } from 'node:worker_threads'
if (process.argv[2] === 'child') process.exit(readFileSync('data-1').length)
if (!isMainThread) readFileSync('data-2')
else {
  console.log((await promisify(execFile)('echo', ['one'])).stdout, (await promisify(exec)('cat data-3 | wc -c')).stdout)
  await Promise.all(Array.from({ length: 17 }, (_, n) => readFile('data-' + n)))
  await once(fork('script.mjs', ['child']), 'exit')
  await once(spawn('no-such-program'), 'error')
  await Promise.all(['a', 'b', 'c'].map((word) => once(spawn('sh', ['-c', 'exit 3', word], { cwd: '/' }), 'exit')))
  console.log(spawnSync('kill', ['-9', '0'], { detached: true }).signal)
  const worker = new Worker(new URL(import.meta.url))
  await once(worker, 'exit')
  await readFile('missing').catch((error) => console.log(error.code))
  console.log(readdirSync('.').length)
}
`

export const perlScript = `
use strict; use warnings;
use File::Temp (); use Data::Dumper; use POSIX ':sys_wait_h';
print \`echo backticks\`;
print \`no-such-program 2>/dev/null\` // "none\\n";
open(my $pipe, '-|', 'cat', 'data') or die; print while <$pipe>; close $pipe;
open(my $missing, '<', 'missing') or print "missing: $!\\n";
my $pid = fork; if (!$pid) { exec '/bin/sh', '-c', 'exit 5' } waitpid $pid, 0; print $? >> 8, "\\n";
system 'cat data | wc -l'; system { '/nonexistent/program' } 'program';
eval { require No::Such::Module }; print "no module\\n" if $@;
chdir '/' or die; print -e 'etc' ? "there\\n" : "not there\\n";
`

/** Servers, signals and files by Perl's own modules. */
export const perlSystemScript = `
use strict; use warnings;
use Fcntl qw(:flock :DEFAULT); use File::Copy qw(copy move); use File::Find (); use File::Path qw(make_path remove_tree);
use IO::Select; use IO::Socket::INET; use IO::Socket::UNIX; use IPC::Open3; use POSIX qw(:signal_h :sys_wait_h mkfifo setsid); use Socket; use Storable; use Time::HiRes 'ualarm';
$| = 1;
make_path 'a/b/c'; copy 'data', 'a/copy' or die; move 'a/copy', 'a/b/moved' or die;
sysopen my $file, 'a/file', O_RDWR | O_CREAT | O_EXCL, 0640 or die; flock $file, LOCK_EX or die;
syswrite $file, 'x' x 5000; truncate $file, 100; sysseek $file, 50, 0; sysread $file, my $read, 200; print length $read, "\\n"; close $file;
utime 1_700_000_000, 1_700_000_000, 'a/file'; chmod 0600, 'a/file'; chown $>, -1, 'a/file'; link 'a/file', 'a/second'; symlink 'file', 'a/third';
print readlink 'a/third', ' ', -s 'a/third', ' ', (-l 'a/third') ? 'link' : 'file', "\\n";
Storable::nstore { list => [1 .. 9] }, 'a/stored'; print scalar @{ Storable::retrieve('a/stored')->{list} }, "\\n";
my @found; File::Find::find({ wanted => sub { push @found, $File::Find::name }, no_chdir => 1 }, 'a'); print join(' ', sort @found), "\\n";
mkfifo 'fifo', 0600 or die;
if (!(my $child = fork // die)) { open my $in, '>', 'fifo' or die; print $in "through the fifo\\n"; close $in; POSIX::_exit(0) }
open my $out, '<', 'fifo' or die; print <$out>; close $out; wait;
my $pid = open3(my $to, my $from, undef, 'sh', '-c', 'read line; echo "got $line"; echo wrong >&2; exit 6'); print $to "this\\n"; close $to;
print sort <$from>; waitpid $pid, 0; print $? >> 8, "\\n";
my $got = 0; pipe my $unread, my $broken or die; close $unread; { local $SIG{PIPE} = sub { $got++ }; syswrite $broken, 'x' } print "$got\\n";
$SIG{USR1} = sub { $got++ }; kill USR1 => $$; kill 'USR1', $$; $SIG{HUP} = 'IGNORE'; kill HUP => $$; print "$got\\n";
$SIG{ALRM} = sub { die "alarm\\n" }; eval { ualarm 20_000; select undef, undef, undef, 60 }; print $@;
pipe my $ready, my $told or die;
my $sleeper = fork // die; if (!$sleeper) { setsid(); local $SIG{TERM} = 'DEFAULT'; syswrite $told, 'x'; sleep 60 while 1 }
sysread $ready, my $byte, 1; kill TERM => -$sleeper; waitpid $sleeper, 0; print WTERMSIG($?), "\\n";
my $server = IO::Socket::INET->new(Listen => 3, LocalAddr => '127.0.0.1', ReuseAddr => 1) or die; my $port = $server->sockport;
my $serving = fork // die;
if (!$serving) {
  for (1 .. 3) { my $client = $server->accept or die; my $line = <$client>; print $client "you said $line"; close $client }
  POSIX::_exit(3);
}
for my $n (1 .. 3) { my $client = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) or die; print $client "word $n\\n"; print <$client>; close $client }
waitpid $serving, 0; print $? >> 8, "\\n";
my $listening = IO::Socket::UNIX->new(Local => 'socket', Listen => 1) or die; my $local = IO::Socket::UNIX->new(Peer => 'socket') or die;
my $accepted = $listening->accept; print $local "over unix\\n"; close $local; print <$accepted>;
print defined IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => 1) ? 'connected' : "refused: $!", "\\n";
socketpair my $left, my $right, AF_UNIX, SOCK_DGRAM, PF_UNSPEC or die; send $left, 'message', 0; recv $right, my $message, 100, 0; print "$message\\n";
socket my $udp, PF_INET, SOCK_DGRAM, 0 or die; bind $udp, sockaddr_in(0, INADDR_LOOPBACK); send $udp, 'datagram', 0, getsockname $udp;
recv $udp, $message, 100, 0; print "$message\\n";
rename 'a/second', 'a/b/second'; unlink 'fifo', 'missing'; remove_tree 'a'; print -e 'a' ? 'left' : 'gone', "\\n";
exec 'perl', '-e', 'print "executed\\n"; exit 9';
`

export const pipelineScript = `
set -o pipefail
echo one two three | tr ' ' '\\n' | sort -r | while read -r line; do echo "<$line>"; done
false | cat; echo $?
no-such-command --with arguments | cat; echo $?
./not-executable; echo $?
./no-interpreter; echo $?
./script-without-line | cat; echo $?
cat missing | sort | uniq -c; echo $?
(exit 3); echo $?
(kill -KILL $BASHPID); echo $?
sort <<< "here string"
cat << END | wc -l
a here document
END
for name in a b c; do echo $name > out-$name & done; wait
cat < no-such-input; echo $?
diff <(echo left) <(echo right); echo $?
trap 'echo trapped' EXIT
cd / && ls nonexistent; cd nowhere; exec no-such-program-at-the-end
`
