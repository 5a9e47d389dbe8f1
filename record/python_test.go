package record_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"portsmouth/record"
)

// python finds the interpreter of the second verifier.
func python(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not on this machine: the second verifier (docs/spec/verifier) is not run")
	}
	return path
}

func TestSecondVerifiersOwnTest(t *testing.T) {
	command := exec.Command(python(t), "test_verify.py")
	command.Dir = "../docs/spec/verifier"
	command.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	if said, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}

// keyWithPlus is a key in whose base64 there is a plus sign, which has another meaning before it.
func keyWithPlus(t *testing.T) *record.Key {
	t.Helper()
	for seed := range 256 {
		if k := testKey(t, byte(seed)); strings.Count(k.Verifier("c-1"), "+") > 2 {
			return k
		}
	}
	t.Fatal("there is none")
	return nil
}

// Both verifiers give the same verdict on records of all sizes around the bounds of tiles, whole and with a byte changed.
func TestTwoVerifiersAgree(t *testing.T) {
	interpreter := python(t)
	chance := rand.New(rand.NewPCG(1905, 10))
	var folders []string
	want := map[string]bool{}
	write := func(name string, files fstest.MapFS) {
		folder := filepath.Join(t.TempDir(), name)
		if err := os.CopyFS(folder, files); err != nil {
			t.Fatal(err)
		}
		folders = append(folders, folder)
		want[folder] = record.Verify(os.DirFS(folder), record.Options{}).OK()
	}
	for _, size := range []int{1, 2, 255, 256, 257, 700} {
		log := newLogOf(t, keyWithPlus(t), size)
		files := log.publish(t, int64(size))
		write(fmt.Sprint(size), files)
		for n, path := range slices.Sorted(maps.Keys(files)) {
			whole := files[path].Data
			changed := bytes.Clone(whole)
			changed[chance.IntN(len(whole))] ^= byte(1 + chance.IntN(255))
			files[path] = &fstest.MapFile{Data: changed}
			write(fmt.Sprintf("%d-%d", size, n), files)
			files[path] = &fstest.MapFile{Data: whole}
		}
	}
	said, err := exec.Command(interpreter, append([]string{"../docs/spec/verifier/verify.py"}, folders...)...).Output()
	if err == nil {
		t.Error("the second verifier found nothing wrong with records of which some are")
	}
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	if len(lines) != len(folders) {
		t.Fatalf("%d verdicts on %d records:\n%s", len(lines), len(folders), said)
	}
	good := 0
	for k, folder := range folders {
		if ok := strings.HasPrefix(lines[k], "ok "); ok != want[folder] {
			t.Errorf("ours says %v: %s", want[folder], lines[k])
		}
		if want[folder] {
			good++
		}
	}
	if good != 6 {
		t.Errorf("%d of %d records hold, and 6 are whole", good, len(folders))
	}
}
