//! A PostgreSQL server of one test's own, which it may restart and pull the plug of.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use leadhouse::config::{DatabaseUrl, parse_database_url};
use tempfile::TempDir;

pub struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
}

impl Cluster {
    /// With the newest server that is installed. As root it runs as `postgres`: it refuses root.
    pub fn start() -> Self {
        let installed = std::fs::read_dir("/usr/lib/postgresql").expect("Debian's postgresql is installed");
        let version = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
        let newest = installed.map(|entry| entry.expect("an entry").path()).max_by_key(version).expect("a version");
        let folder = tempfile::tempdir().expect("a folder");
        let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
        let cluster = Self { folder, programs: newest.join("bin"), port };
        let data = cluster.data();
        std::fs::create_dir(&data).expect("a folder");
        if is_root() {
            std::fs::set_permissions(cluster.folder.path(), PermissionsExt::from_mode(0o755)).expect("others may pass");
            ends_well(Command::new("chown").arg("postgres").arg(&data));
        }
        let new = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
        ends_well(cluster.program("initdb").args(new));
        let options = format!(
            "-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={} -c fsync=off -c timezone=UTC",
            data.display()
        );
        ends_well(cluster.control("start").args(["-o", &options]));
        cluster
    }

    pub fn url(&self) -> DatabaseUrl {
        parse_database_url(&format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)).expect("a URL")
    }

    /// As after a crash: nobody is told, the log is replayed.
    pub fn restart_immediately(&self) {
        ends_well(self.control("restart").args(["-m", "immediate"]));
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn control(&self, verb: &str) -> Command {
        let mut command = self.program("pg_ctl");
        command.args(["-w", verb, "-l"]).arg(self.data().join("log"));
        command
    }

    fn program(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.arg("-D").arg(self.data()).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::null());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.control("stop").args(["-m", "immediate"]).status();
    }
}

fn is_root() -> bool {
    std::fs::metadata(Path::new("/proc/self")).expect("this process").uid() == 0
}

#[track_caller]
fn ends_well(command: &mut Command) {
    let status = command.status().expect("it runs");
    assert!(status.success(), "{command:?}: {status}");
}
