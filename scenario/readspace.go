package scenario

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"portsmouth"
)

// Limits on a folder, so that hostile input stays small. Each file is bounded by MaxBytes.
const (
	maxFiles       = 200
	maxFolderBytes = 16 << 20
	maxChoices     = 200_000 // of all issues together
)

// namedFile is a file in memory; name is without its folder.
type namedFile struct {
	name string
	raw  []byte
}

// base is the name without its ending: what a party or a scenario is called when its file does not say.
func (f namedFile) base() string {
	return strings.TrimSuffix(f.name, path.Ext(f.name))
}

// results are files that lie beside scenarios and hold what a tool once computed.
var results = []string{"pareto.xml", "specials.json", "specs.json", "_stats.yaml", "stats.json", "_info.yaml"}

// ReadSpace reads a scenario in any format of the field: one file, or the folder in which GENIUS, GeniusWeb, NegMAS and
// NegoLog keep a domain and one profile a party. What a file is, is told by its content. Profiles stand in the natural
// order of their names ("profile2" before "profile10"); what lies beside them is passed over, and a reading says so.
// Errors are of kind Invalid, or of kind Refused for a kind of profile that is recognised and not imported.
func ReadSpace(fsys fs.FS, name string) (*Space, error) {
	info, err := fs.Stat(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &portsmouth.Error{Kind: portsmouth.NotFound, Rule: "space-file", Message: fmt.Sprintf("there is no file or folder “%s”", name)}
	}
	if err != nil {
		return nil, fmt.Errorf("read scenario %s: %w", name, err)
	}
	var found folder
	if info.IsDir() {
		err = found.scan(fsys, name)
	} else {
		err = found.take(fsys, path.Dir(name), path.Base(name))
	}
	if err != nil {
		return nil, err
	}
	files, by, err := found.one(name)
	if err != nil {
		return nil, err
	}
	s, err := by.read(files)
	if err != nil {
		return nil, err
	}
	s.Format = by.format
	s.name(name, info.IsDir(), files[0])
	if len(found.skipped) > 0 {
		s.Readings = append(s.Readings, "not read, as neither what is to be settled nor what a party wants: "+strings.Join(found.skipped, ", "))
	}
	return s, nil
}

// name gives a space that does not know its own name that of its folder or file.
func (s *Space) name(name string, isFolder bool, first namedFile) {
	switch {
	case s.Name != "":
	case isFolder && path.Base(name) != ".":
		s.Name = path.Base(name)
	default:
		s.Name = first.base()
	}
}

// folder is what was found, by format.
type folder struct {
	domains, profiles map[Format][]namedFile
	skipped           []string
	bytes             int
}

func (f *folder) scan(fsys fs.FS, name string) error {
	entries, err := fs.ReadDir(fsys, name)
	if err != nil {
		return fmt.Errorf("read folder %s: %w", name, err)
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return strings.HasPrefix(e.Name(), ".") })
	if len(entries) > maxFiles {
		return portsmouth.Invalidf("space-folder", "%s holds more than %d files; a scenario is a domain and one profile a party", name, maxFiles)
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return natural(a.Name(), b.Name()) })
	for _, e := range entries {
		if e.IsDir() || slices.Contains(results, strings.ToLower(e.Name())) {
			f.skipped = append(f.skipped, e.Name())
			continue
		}
		if err := f.take(fsys, name, e.Name()); err != nil {
			return err
		}
	}
	return nil
}

// take reads one file and sorts it by what it is.
func (f *folder) take(fsys fs.FS, dir, name string) error {
	raw, err := readBounded(fsys, path.Join(dir, name))
	if err != nil {
		return err
	}
	if f.bytes += len(raw); f.bytes > maxFolderBytes {
		return portsmouth.Invalidf("space-folder", "%s holds more than %d MiB", dir, maxFolderBytes>>20)
	}
	if f.domains == nil {
		f.domains, f.profiles = map[Format][]namedFile{}, map[Format][]namedFile{}
	}
	for _, by := range importers {
		isDomain, isProfile := by.sniff(raw)
		file := namedFile{name, raw}
		if isDomain {
			f.domains[by.format] = append(f.domains[by.format], file)
		}
		if isProfile {
			f.profiles[by.format] = append(f.profiles[by.format], file)
		}
		if isDomain || isProfile {
			return nil
		}
	}
	f.bytes -= len(raw)
	f.skipped = append(f.skipped, name)
	return nil
}

func readBounded(fsys fs.FS, name string) ([]byte, error) {
	file, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read scenario %s: %w", name, err)
	}
	defer file.Close()
	raw, err := io.ReadAll(io.LimitReader(file, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read scenario %s: %w", name, err)
	}
	if len(raw) > MaxBytes {
		return nil, portsmouth.Invalidf("space-file", "%s is larger than %d MiB; no scenario is", name, MaxBytes>>20)
	}
	return raw, nil
}

// one returns the files of the one scenario that was found, the domain first.
func (f *folder) one(name string) ([]namedFile, importer, error) {
	var by importer
	for _, c := range importers {
		if len(f.domains[c.format])+len(f.profiles[c.format]) == 0 {
			continue
		}
		if by.read != nil {
			return nil, by, portsmouth.Invalidf("space-folder", "%s holds files of two formats, %s and %s; name one file, or keep one scenario a folder", name, by.format, c.format)
		}
		by = c
	}
	domains, profiles := f.domains[by.format], f.profiles[by.format]
	switch {
	case by.read == nil:
		return nil, by, portsmouth.Invalidf("space-format", "%s is in no format that is known here: portsmouth, GENIUS, GeniusWeb, NegMAS, NegoLog or a filled table", name)
	case len(domains) > 1:
		return nil, by, portsmouth.Invalidf("space-folder", "%s holds more than one scenario (%s); keep one a folder, or name one file", name, names(domains))
	case len(profiles) == 0:
		return nil, by, portsmouth.Invalidf("space-profiles", "%s says what is to be settled, but there is no profile that says what a party wants; name the folder that holds both", domains[0].name)
	}
	for _, d := range domains {
		profiles = slices.DeleteFunc(profiles, func(p namedFile) bool { return p.name == d.name })
	}
	return slices.Concat(domains, profiles), by, nil
}

func names(files []namedFile) string {
	all := make([]string, len(files))
	for k, f := range files {
		all[k] = f.name
	}
	return strings.Join(all, ", ")
}

// natural compares names as people do: a run of digits counts as one number.
func natural(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		m, n := digits(x), digits(y)
		if m == 0 || n == 0 {
			if c := cmp.Compare(x[0], y[0]); c != 0 {
				return c
			}
			x, y = x[1:], y[1:]
			continue
		}
		v, w := strings.TrimLeft(x[:m], "0"), strings.TrimLeft(y[:n], "0")
		if c := cmp.Or(cmp.Compare(len(v), len(w)), cmp.Compare(v, w)); c != 0 {
			return c
		}
		x, y = x[m:], y[n:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(a, b))
}

func digits(s string) int {
	return len(s) - len(strings.TrimLeft(s, "0123456789"))
}
