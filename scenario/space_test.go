package scenario_test

import (
	"bytes"
	"math"
	"math/big"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"portsmouth"
	"portsmouth/scenario"
	"portsmouth/solver"
)

func spaceOf(t testing.TB, file string) *scenario.Space {
	t.Helper()
	s, err := scenario.ReadSpace(os.DirFS(path.Dir(file)), path.Base(file))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func spaceProblem(t testing.TB, s *scenario.Space) (*solver.Problem, scenario.Units) {
	t.Helper()
	p, units, err := s.Problem()
	if err != nil {
		t.Fatal(err)
	}
	return p, units
}

// A file of ours as a problem gives every package the worth that its preferences give it, to the last digit.
func TestSpaceOfOurs(t *testing.T) {
	for _, file := range []string{small, harbour, example1905} {
		s, from := spaceOf(t, file), load(t, file)
		p, units := spaceProblem(t, s)
		if s.Format != scenario.Ours || s.Scale != 100 || s.Name != from.ID || len(s.Packages) != len(from.Packages) || slices.Contains(units.Exact, false) {
			t.Errorf("%s: %s, %s, scale %d, %d packages, %+v", file, s.Format, s.Name, s.Scale, len(s.Packages), units)
		}
		for _, index := range spaceSample(p.Options) {
			o := s.Outcome(index)
			if legal := from.Agenda.Check(o) == nil; legal != p.Legal(index) {
				t.Fatalf("%s: %v legal %v and %v", file, o, legal, !legal)
			}
			for k, party := range s.Profiles {
				want := big.NewRat(from.Preferences[party.Name].Utility(o), 1_000_000)
				if got := big.NewRat(p.Utility(k, index), units.Unit[k]); got.Cmp(want) != 0 {
					t.Fatalf("%s: %v is worth %s to %s, want %s", file, o, got, party.Name, want)
				}
			}
		}
	}
}

// spaceSample returns up to 5,000 outcomes, evenly spread.
func spaceSample(options []int) [][]int {
	total := 1.0
	for _, n := range options {
		total *= float64(n)
	}
	var all [][]int
	for at := 0.0; at < total; at += math.Max(1, total/5000) {
		rest, index := math.Floor(at), make([]int, len(options))
		for k, n := range options {
			index[k] = int(math.Mod(rest, float64(n)))
			rest = math.Floor(rest / float64(n))
		}
		all = append(all, index)
	}
	return all
}

func TestSpaceWords(t *testing.T) {
	s := spaceOf(t, small)
	n := s.Names()
	if d := cmp.Diff([]string{"Northfield", "Southfield"}, n.Parties); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"The strip beside the wall", "Northfield's share of the repair"}, n.Issues); d != "" {
		t.Error(d)
	}
	if got := n.Option(0, 1) + ", " + n.Option(1, 3); got != "To Southfield, 15 per cent" {
		t.Error(got)
	}
	for _, c := range []struct{ o, want string }{
		{"strip=to_south cost=20.0", "[1 4]"},
		{"strip=to_south", "issue cost is not settled by this package [package-whole]"},
		{"strip=to_south cost=21", "“21” is not an option of issue cost [option-exists]"},
		{"strip=to_south cost=20 tea=yes", "there is no issue “tea” [issue-exists]"},
	} {
		o := portsmouth.Outcome{}
		for _, term := range strings.Fields(c.o) {
			issue, option, _ := strings.Cut(term, "=")
			o[issue] = option
		}
		index, err := s.Index(o)
		if err == nil && !slices.Equal(index, []int{1, 4}) || err != nil && err.Error() != c.want {
			t.Errorf("%s: %v, %v; want %s", c.o, index, err, c.want)
		}
	}
}

// The reservation is the file's last; another day has another, and before the first there is none.
func TestSpaceOnADay(t *testing.T) {
	s := spaceOf(t, example1905)
	for day, want := range map[string][2]int64{
		"":           {6611, 7138},
		"1905-08-22": {7339, 7688},
		"1905-08-28": {7339, 7138},
		"1905-07-06": {7339, solver.NoReservation},
		"1905-01-01": {solver.NoReservation, solver.NoReservation},
	} {
		on := s
		if day != "" {
			at, err := time.Parse("2006-01-02", day)
			if err != nil {
				t.Fatal(err)
			}
			on = s.On(at)
		}
		p, units := spaceProblem(t, on)
		for k, w := range want {
			if w != solver.NoReservation {
				w = w * units.Unit[k] / 100
			}
			if p.Parties[k].Reservation != w {
				t.Errorf("on “%s” party %d has the reservation %d, want %d", day, k, p.Parties[k].Reservation, w)
			}
		}
	}
	one, err := s.Only("russia")
	if err != nil || len(one.Profiles) != 1 || one.Profiles[0].Name != "russia" || len(s.Profiles) != 2 {
		t.Errorf("one party alone: %v, %v", one, err)
	}
	if _, err := s.Only("utopia"); portsmouth.RuleOf(err) != "space-party" {
		t.Errorf("a party that is not there: %v", err)
	}
}

// What a folder holds is told by content, and what is not one scenario is refused by name.
func TestSpaceFolders(t *testing.T) {
	ours, err := os.ReadFile(small)
	if err != nil {
		t.Fatal(err)
	}
	fence := geniusCopy(t, "fence")
	with := func(add map[string][]byte) fstest.MapFS {
		files := fstest.MapFS{}
		for name, f := range fence {
			files["in/"+name] = f
		}
		for name, raw := range add {
			files["in/"+name] = &fstest.MapFile{Data: raw}
		}
		return files
	}
	for name, c := range map[string]struct {
		files fstest.MapFS
		want  string
	}{
		"two domains":      {with(map[string][]byte{"other.xml": fence["fence.xml"].Data}), "in holds more than one scenario (fence.xml, other.xml)"},
		"two formats":      {with(map[string][]byte{"notes": ours}), "in holds files of two formats, portsmouth and genius"},
		"nothing known":    {fstest.MapFS{"in/a.txt": {Data: []byte("a")}}, "in is in no format that is known here"},
		"an empty folder":  {fstest.MapFS{"in/sub/a.txt": {Data: []byte("a")}}, "in is in no format that is known here"},
		"no such folder":   {fstest.MapFS{}, "there is no file or folder “in”"},
		"a domain alone":   {fstest.MapFS{"in/d.xml": fence["fence.xml"]}, "d.xml says what is to be settled, but there is no profile"},
		"a broken file":    {fstest.MapFS{"in/d.yaml": {Data: bytes.Replace(ours, []byte("issues:"), []byte("issuse:"), 1)}}, "d.yaml:22:1: unknown key “issuse”"},
		"too many files":   {with(manyFiles(201)), "in holds more than 200 files"},
		"a file too large": {with(map[string][]byte{"big": make([]byte, scenario.MaxBytes+1)}), "in/big is larger than 4 MiB"},
	} {
		if _, err := scenario.ReadSpace(c.files, "in"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %s", name, err, c.want)
		}
	}
	s, err := scenario.ReadSpace(with(map[string][]byte{".hidden": ours, "plots/a.png": nil, "Specials.json": []byte("{}"), "readme": []byte("words")}), "in")
	if err != nil {
		t.Fatal(err)
	}
	if last := s.Readings[len(s.Readings)-1]; s.Name != "in" || !strings.HasSuffix(last, ": Specials.json, pareto.xml, plots, readme") {
		t.Errorf("%s: %s", s.Name, last)
	}
}

func manyFiles(n int) map[string][]byte {
	files := map[string][]byte{}
	for k := range n {
		files[strings.Repeat("x", k+1)] = nil
	}
	return files
}

// From our format to a space and back nothing changes but what a space does not hold.
func TestSpaceToScenarioAndBack(t *testing.T) {
	for _, file := range []string{small, harbour, example1905} {
		s, from := spaceOf(t, file), load(t, file)
		back, err := s.Scenario()
		if err != nil {
			t.Fatal(err)
		}
		for id, p := range from.Preferences {
			got := back.Preferences[id]
			for k := range p.Reservations { // a space keeps the value, not the package that it was read off from
				got.Reservations[k].Package = p.Reservations[k].Package
			}
			if d := cmp.Diff(p, got); d != "" {
				t.Errorf("%s, %s:\n%s", file, id, d)
			}
		}
		for _, issue := range from.Agenda.Issues {
			if got := back.Agenda.Issue(issue.ID); got == nil || len(got.Options) != len(issue.Options) || got.Title["en"] != issue.Title["en"] {
				t.Errorf("%s: issue %s became %v", file, issue.ID, got)
			}
		}
		if len(back.Packages) != len(from.Packages) || len(back.Agenda.Conditions) != len(from.Agenda.Conditions) {
			t.Errorf("%s: %d packages and %d conditions", file, len(back.Packages), len(back.Agenda.Conditions))
		}
		spaceReadBack(t, back)
	}
}

// spaceReadBack writes a scenario and reads it again.
func spaceReadBack(t *testing.T, s *scenario.Scenario) *scenario.Scenario {
	t.Helper()
	var file bytes.Buffer
	if err := s.Write(&file); err != nil {
		t.Fatal(err)
	}
	again, err := scenario.Parse("again.yaml", file.Bytes())
	if err != nil {
		t.Fatalf("%v\n%s", err, file.String())
	}
	same := *s
	same.Readings = nil
	if d := cmp.Diff(&same, again); d != "" {
		t.Errorf("written and read:\n%s", d)
	}
	return again
}

// A scenario of the field in our format ranks packages as before, but for rounding, and says how far that goes.
func TestSpaceOfTheFieldToScenario(t *testing.T) {
	s := geniusSpace(t, "fence")
	made, err := s.Scenario()
	if err != nil {
		t.Fatal(err)
	}
	again := spaceReadBack(t, made)
	if d := cmp.Diff([]string{
		"the worth of no agreement to fence_2_early, 0.25, is 25 points here, from 2000-01-01 on, as its file gives no date",
		"the utility of fence_2_early, from 0 to 1, is shifted and stretched to 0 to 100 points, which keeps the order of packages but for rounding; a package is at most 0.0000 points off",
		"the discount factor of fence_2_early, 0.5, is left out: a scenario file has none",
		"the worth of no agreement to fence_10_late, 0.125, is 8.33 points here, from 2000-01-01 on, as its file gives no date",
		"the utility of fence_10_late, from 0.05 to 0.95, is shifted and stretched to 0 to 100 points, which keeps the order of packages but for rounding; a package is at most 0.0062 points off",
	}, made.Readings); d != "" {
		t.Error(d)
	}
	ours, err := again.Space()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(ours.Issues[0].Options, " "); got != "green white-blue none" {
		t.Errorf("ids of options: %s", got)
	}
	p, _ := spaceProblem(t, s)
	q, units := spaceProblem(t, ours)
	for _, index := range spaceSample(p.Options) {
		want := (float64(p.Utility(1, index))/float64(p.Parties[1].Unit) - 0.05) / 0.9 * 100
		if got := float64(q.Utility(1, index)) / float64(units.Unit[1]); math.Abs(got-want) > 0.0062 {
			t.Errorf("%v: %v points, want %v", s.Outcome(index), got, want)
		}
	}
	if _, err := geniusSpace(t, "boxes").Scenario(); portsmouth.KindOf(err) != portsmouth.Refused || !strings.Contains(err.Error(), "hyper-rectangles") {
		t.Errorf("boxes: %v", err)
	}
}

// FuzzReadSpace holds reading to its promises for one file of any format: no panic, errors of bounded size that a person
// can mend, and what is read can be computed with or says why not.
func FuzzReadSpace(f *testing.F) {
	for _, file := range []string{small, geniusFiles + "/fence/fence_2_early.xml", geniusFiles + "/fence/fence_10_late.xml", geniusFiles + "/boxes/one.xml", geniusFiles + "/boxes/two.xml", geniusFiles + "/fence/fence.xml"} {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	for _, s := range []string{
		"", "\xff\xfe<\x00", "<utility_space>", "<a b='", "type: LinearAdditiveUtilityFunction\nvalues: []\n", `{"LinearAdditiveUtilitySpace": {}}`,
		`{"issueWeights": {"a": 1}, "issues": {"a": {"b": 1}}, "reservationValue": 0}`, "issue;option;a;b\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := scenario.ReadSpace(fstest.MapFS{"fuzz": {Data: raw}}, "fuzz")
		if err != nil {
			spaceMendable(t, err)
			return
		}
		if p, _, err := s.Problem(); err != nil {
			spaceMendable(t, err)
		} else if err := p.Validate(); err != nil {
			t.Fatalf("a problem that is none: %v", err)
		}
		made, err := s.Scenario()
		if err != nil {
			spaceMendable(t, err)
			return
		}
		spaceReadBack(t, made)
	})
}

func spaceMendable(t *testing.T, err error) {
	t.Helper()
	if k := portsmouth.KindOf(err); k != portsmouth.Invalid && k != portsmouth.Refused || len(err.Error()) > 20_000 {
		t.Fatalf("an error of kind %s and %d bytes: %.300v", k, len(err.Error()), err)
	}
}

// Every number of a problem is weight × worth × unit: whole where it is exact, else the nearest whole number.
func TestSpaceNumbersAreThoseOfTheFile(t *testing.T) {
	rounded := geniusSpace(t, "fence")
	rounded.Profiles[1].Weights[3] = big.NewRat(1, 999999999999999989)
	for _, s := range []*scenario.Space{spaceOf(t, small), spaceOf(t, harbour), geniusSpace(t, "fence"), rounded} {
		p, units := spaceProblem(t, s)
		for k := range s.Profiles {
			for i, values := range p.Parties[k].Values {
				for o, got := range values {
					worth, ok := s.Worth(&s.Profiles[k], i, o)
					if !ok {
						t.Fatalf("%s: no worth for option %d of issue %d", s.Name, o, i)
					}
					want := new(big.Rat).Mul(worth, s.Profiles[k].Weights[i])
					want.Mul(want, big.NewRat(units.Unit[k], 1))
					off := want.Sub(want, big.NewRat(got, 1))
					if off.Sign() != 0 && (units.Exact[k] || off.Abs(off).Cmp(big.NewRat(1, 2)) > 0) {
						t.Errorf("%s: %s of issue %s is %d units to party %d, %s off", s.Name, s.Issues[i].Options[o], s.Issues[i].Name, got, k, off.FloatString(3))
					}
				}
			}
		}
	}
	if _, units := spaceProblem(t, rounded); units.Exact[1] || !units.Exact[0] {
		t.Errorf("%+v", units)
	}
}

// What would take a minute and gigabytes when done number by number takes neither.
func TestSpaceOfManySteps(t *testing.T) {
	issue := `<issue index="1" name="a" type="integer" lowerbound="3" upperbound="190000">`
	files := fstest.MapFS{"x/d.xml": {Data: []byte("<negotiation_template><utility_space><objective>" + issue + "</issue></objective></utility_space></negotiation_template>")}}
	for _, name := range strings.Fields("a b c d e f g h") {
		files["x/"+name] = &fstest.MapFile{Data: []byte("<utility_space><objective>" + issue +
			`<evaluator slope="0.00000512345678901" offset="0.012345678901"/></issue><weight index="1" value="0.99999999999999"/></objective></utility_space>`)}
	}
	start := time.Now()
	s, err := scenario.ReadSpace(files, "x")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := spaceProblem(t, s)
	if u := p.Utility(7, []int{100_000}); u != 524691357802 { // 0.99999999999999 × (0.512345678901 + 0.012345678901)
		t.Errorf("worth %d", u)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}
