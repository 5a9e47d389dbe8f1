package recordtest

import (
	"bytes"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"testing/fstest"
)

// MutationsVariable is the environment variable that says how many bytes are changed, one after the other, in each test
// that changes bytes; docs/spec/record.md has the command.
const MutationsVariable = "PORTSMOUTH_MUTATIONS"

// Mutations is how many bytes are to be changed: so many as the environment says, and otherwise few.
func Mutations(t testing.TB, few int) int {
	t.Helper()
	said := os.Getenv(MutationsVariable)
	if said == "" {
		return few
	}
	n, err := strconv.Atoi(said)
	if err != nil || n < 1 {
		t.Fatalf("%s=%s is no number of mutations", MutationsVariable, said)
	}
	return n
}

// Mutate calls f for count records, each with one byte changed: in every file in turn, at places drawn from the seed. was is
// the file as it was before.
func Mutate(files fstest.MapFS, count int, seed uint64, f func(path string, at int, was []byte)) {
	chance := rand.New(rand.NewPCG(1905, seed))
	paths := slices.Sorted(maps.Keys(files))
	for n := range count {
		path := paths[n%len(paths)]
		whole := files[path].Data
		changed := bytes.Clone(whole)
		at := chance.IntN(len(whole))
		changed[at] ^= byte(1 + chance.IntN(255))
		files[path].Data = changed
		f(path, at, whole)
		files[path].Data = whole
	}
}

// InMemory reads a folder, so that it can be changed a thousand times in no time.
func InMemory(t testing.TB, folder string) fstest.MapFS {
	t.Helper()
	files, from := fstest.MapFS{}, os.DirFS(folder)
	err := fs.WalkDir(from, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(from, path)
		files[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
