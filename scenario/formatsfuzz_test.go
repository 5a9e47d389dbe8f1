package scenario

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"portsmouth"
)

// fuzzFormat reads a file beside a sound domain, if one is given, and checks that whatever is accepted can be handed to
// the solver or is refused in words, within bounds.
func fuzzFormat(f *testing.F, name, domain string, folders ...string) {
	for _, folder := range folders {
		found, _ := filepath.Glob(filepath.Join("testdata", folder, "*"))
		for _, file := range found {
			if raw, err := os.ReadFile(file); err == nil {
				f.Add(raw)
			}
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		start := time.Now()
		files := fstest.MapFS{name: &fstest.MapFile{Data: raw}}
		if domain != "" {
			files["0"+name] = &fstest.MapFile{Data: []byte(domain)}
		}
		s, err := ReadSpace(files, ".")
		if took := time.Since(start); took > 5*time.Second {
			t.Fatalf("reading %d bytes took %v", len(raw), took)
		}
		if err != nil {
			if kind := portsmouth.KindOf(err); kind != portsmouth.Invalid && kind != portsmouth.Refused {
				t.Fatalf("an error that nobody can mend: %v", err)
			}
			return
		}
		choices := 0
		for _, i := range s.Issues {
			choices += len(i.Options)
		}
		if choices > maxChoices || len(s.Profiles) == 0 {
			t.Fatalf("%d choices, %d profiles", choices, len(s.Profiles))
		}
		if choices*len(s.Profiles) > 2000 {
			return
		}
		if _, _, err := s.Problem(); err != nil && portsmouth.KindOf(err) != portsmouth.Invalid {
			t.Fatalf("cannot be computed: %v", err)
		}
		for _, format := range fieldFormats {
			written, err := s.Files(format)
			if err != nil {
				if portsmouth.KindOf(err) != portsmouth.Invalid {
					t.Fatalf("%s: %v", format, err)
				}
				continue
			}
			back := fstest.MapFS{}
			for _, w := range written {
				back[w.Name] = &fstest.MapFile{Data: w.Data}
			}
			if _, err := ReadSpace(back, "."); err != nil {
				t.Fatalf("what was written as %s cannot be read: %v\n%s", format, err, written[0].Data)
			}
		}
	})
}

func FuzzGeniusWeb(f *testing.F) {
	f.Add([]byte(webProfile))
	f.Add([]byte(webGroupsProfile))
	fuzzFormat(f, "p.json", "", "geniusweb/house")
}

func FuzzNegMAS(f *testing.F) {
	f.Add([]byte(masTable))
	domain, err := os.ReadFile("testdata/negmas/lease/lease.yml")
	if err != nil {
		f.Fatal(err)
	}
	fuzzFormat(f, "u.yml", string(domain), "negmas/lease")
}

func FuzzNegMASDomain(f *testing.F) {
	f.Add([]byte(masDomain))
	fuzzFormat(f, "d.yml", "type: ConstUtilityFunction\nvalue: 1\n", "negmas/lease")
}

func FuzzNegoLog(f *testing.F) {
	f.Add([]byte(logFile))
	f.Add([]byte(strings.Replace(logFile, `"x"`, "\"\x7f\u0085\ufeff\"", 1))) // what JSON allows and YAML does not
	fuzzFormat(f, "profileA.json", "", "negolog/pair")
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("issue;option;N;S\nA;weight;60;40,5\nA;x;1;2\nB;weight;40;50\nB;from 0 to 10 step 5;;\nB;0;0;1\nB;10;1;0\nreservation;;1;\n"))
	fuzzFormat(f, "t.csv", "", "csv")
}
