// Package pgtest gives tests a PostgreSQL server: the one that PORTSMOUTH_TEST_POSTGRES names, or a throwaway one that
// it starts from installed binaries, once for each test process. A throwaway server keeps fsync on, so that what is
// measured on it means something.
package pgtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Variable names the environment variable with the URL of a server on which tests may create databases.
const Variable = "PORTSMOUTH_TEST_POSTGRES"

var (
	once    sync.Once
	started *server
	failure error
)

var errNone = errors.New("no PostgreSQL server program (initdb, postgres) was found")

// Main runs the tests of a package and then stops the throwaway server. Call it from TestMain.
func Main(m *testing.M) { os.Exit(Tests{m}.Run()) }

// Tests are the tests of a package, after which the throwaway server stops: for a TestMain that hands them to somebody
// else's Main.
type Tests struct{ M *testing.M }

// Run runs the tests and returns the exit status.
func (t Tests) Run() int {
	code := t.M.Run()
	if started != nil {
		started.stop()
	}
	return code
}

// URL returns a fresh empty database, which is dropped when the test ends. Without a server the test is skipped, or
// fails where CI=true. The package of the test must have a TestMain that calls Main or runs [Tests].
func URL(t testing.TB) string {
	t.Helper()
	server := os.Getenv(Variable)
	if server == "" {
		once.Do(func() { started, failure = start() })
		if failure != nil {
			giveUp(t, failure)
		}
		server = started.url
	}
	return database(t, server)
}

func giveUp(t testing.TB, why error) {
	t.Helper()
	text := fmt.Sprintf("NOT TESTED ON POSTGRESQL: %v. Set %s=postgres://… or install postgresql.", why, Variable)
	if os.Getenv("CI") == "true" {
		t.Fatal(text)
	}
	t.Skip(text)
}

// database creates a database with a random name.
func database(t testing.TB, server string) string {
	t.Helper()
	name := "portsmouth_test_" + random(8)
	run(t, server, "CREATE DATABASE "+name)
	t.Cleanup(func() { run(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func run(t testing.TB, server, statement string) {
	t.Helper()
	ctx, done := context.WithTimeout(context.Background(), time.Minute)
	defer done()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatal(err)
	}
}

func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return hex.EncodeToString(b)
}

// server is a throwaway cluster in a temporary folder.
type server struct {
	folder  string
	url     string
	process *exec.Cmd
	ended   chan error
}

func start() (*server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "portsmouth-postgres-")
	if err != nil {
		return nil, err
	}
	s := &server{folder: folder, ended: make(chan error, 1)}
	if err := s.launch(bin); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func (s *server) launch(bin string) error {
	as, err := identity(s.folder)
	if err != nil {
		return err
	}
	data := filepath.Join(s.folder, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "--pgdata="+data, "--username=postgres", "--auth=trust",
		"--encoding=UTF8", "--no-locale", "--no-instructions")
	initdb.SysProcAttr, initdb.Dir = as, s.folder
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	s.url = fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port)
	s.process = exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="+s.folder, "-c", "fsync=on")
	s.process.SysProcAttr, s.process.Dir = as, s.folder
	if err := s.process.Start(); err != nil {
		return err
	}
	go func() { s.ended <- s.process.Wait() }()
	return s.await()
}

// identity makes the server run as the user postgres when we are root, since it refuses to run as root. It stays in our
// process group, so that Ctrl-C on a test run stops it too.
func identity(folder string) (*syscall.SysProcAttr, error) {
	as := &syscall.SysProcAttr{}
	if os.Geteuid() != 0 {
		return as, nil
	}
	owner, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("running as root, and there is no user postgres: %w", err)
	}
	uid, err := strconv.Atoi(owner.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(owner.Gid)
	if err != nil {
		return nil, err
	}
	as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return as, os.Chown(folder, uid, gid)
}

// await returns when the server answers.
func (s *server) await() error {
	var last error
	for range 300 {
		ctx, done := context.WithTimeout(context.Background(), time.Second)
		conn, err := pgx.Connect(ctx, s.url)
		if err == nil {
			err = conn.Close(ctx)
		}
		done()
		if err == nil {
			return nil
		}
		last = err
		select {
		case err := <-s.ended:
			s.ended <- err
			return fmt.Errorf("postgres ended: %w", err)
		case <-time.After(100 * time.Millisecond):
		}
	}
	return fmt.Errorf("postgres does not answer: %w", last)
}

// stop ends the server at once (SIGQUIT: "immediate shutdown") and removes its folder.
func (s *server) stop() {
	if s.process != nil && s.process.Process != nil {
		_ = s.process.Process.Signal(syscall.SIGQUIT)
		select {
		case <-s.ended:
		case <-time.After(10 * time.Second):
			_ = s.process.Process.Kill()
		}
	}
	_ = os.RemoveAll(s.folder)
}

// binaries finds the folder with initdb and postgres: the newest that Debian installs, else the one on the PATH.
func binaries() (string, error) {
	folders, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	slices.Reverse(folders)
	if path, err := exec.LookPath("initdb"); err == nil {
		folders = append(folders, filepath.Dir(path))
	}
	for _, folder := range folders {
		if executable(filepath.Join(folder, "initdb")) && executable(filepath.Join(folder, "postgres")) {
			return folder, nil
		}
	}
	return "", errNone
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&0o111 != 0
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
