package scenario_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portsmouth"
	"portsmouth/scenario"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

const (
	example1905 = "../examples/portsmouth-1905/scenario.yaml"
	harbour     = "../examples/harbour/scenario.yaml"
	small       = "testdata/small.yaml"
)

func load(t testing.TB, path string) *scenario.Scenario {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := scenario.Read(filepath.Base(path), f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestExamplesAreSound(t *testing.T) {
	for path, want := range map[string]string{example1905: "201553920", harbour: "2025", small: "42"} {
		s := load(t, path)
		if err := s.Agenda.Validate(); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if got := s.Agenda.Outcomes().String(); got != want {
			t.Errorf("%s has %s packages, want %s", path, got, want)
		}
		for _, p := range s.Parties {
			if s.FirstOffers[p.ID] == nil || s.Preferences[p.ID] == nil {
				t.Errorf("%s: party %s lacks an opening offer or preferences", path, p.ID)
			}
		}
	}
}

// The worth of the packages of 1905, to the last hundredth, for Japan and for Russia.
func TestUtilities1905(t *testing.T) {
	s := load(t, example1905)
	for id, want := range map[string][2]string{
		"japan_first":   {"99.46", "1"},
		"russia_reply":  {"49.7", "84.25"},
		"envoys_18_aug": {"77.59", "44.38"},
		"press_750":     {"73.39", "47.98"},
		"witte_23_aug":  {"70.91", "61.48"},
		"tokyo_28_aug":  {"59.21", "81.98"},
		"actual":        {"66.11", "71.38"},
	} {
		o, err := s.Package(id)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Agenda.Check(o); err != nil {
			t.Errorf("%s: %v", id, err)
		}
		got := [2]string{worth(s, "japan", o), worth(s, "russia", o)}
		if got != want {
			t.Errorf("%s is worth %v, want %v", id, got, want)
		}
	}
}

func worth(s *scenario.Scenario, party string, o portsmouth.Outcome) string {
	return points(s.Preferences[party].Utility(o))
}

// points writes millionths without loss: 66110000 is "66.11".
func points(millionths int64) string {
	f := fmt.Sprintf("%d.%06d", millionths/1_000_000, millionths%1_000_000)
	return strings.TrimSuffix(strings.TrimRight(f, "0"), ".")
}

func TestReservations1905(t *testing.T) {
	s := load(t, example1905)
	want := map[string][]string{
		"japan":  {"1905-07-05T00:00Z 7339", "1905-08-28T11:35Z 5921", "1905-08-29T00:00Z 6611"},
		"russia": {"1905-07-11T00:00Z 7688", "1905-08-23T00:00Z 7138"},
	}
	got := map[string][]string{}
	for party, p := range s.Preferences {
		for _, r := range p.Reservations {
			got[party] = append(got[party], fmt.Sprintf("%s %d", r.From.Format("2006-01-02T15:04Z07:00"), r.Value))
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// In the agreed package of 1905 every article is filled, in the historic order; the golden files are the treaty.
func TestTreaty1905(t *testing.T) {
	s := load(t, example1905)
	actual, err := s.Package("actual")
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range s.Languages {
		golden(t, "testdata/treaty-1905."+lang+".txt", assemble(&s.Agenda, actual, lang))
	}
}

// Whatever is agreed, every package has a text in which nothing is empty.
func TestEveryOptionHasItsText(t *testing.T) {
	for _, path := range []string{example1905, harbour} {
		s := load(t, path)
		base, err := s.Package(s.Packages[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]string{}
		for _, i := range s.Agenda.Issues {
			for _, o := range i.Options {
				text := assemble(&s.Agenda, base.With(portsmouth.Outcome{i.ID: o.ID}), "fr")
				if before, ok := seen[text]; ok && o.ID != base[i.ID] && before != "base" {
					t.Errorf("%s: %s=%s has the same text as %s", path, i.ID, o.ID, before)
				}
				seen[text] = i.ID + "=" + o.ID
				if o.ID == base[i.ID] {
					seen[text] = "base"
				}
			}
		}
	}
}

// assemble is the plainest reading of the frame's rule: fixed text, clauses in the order of issues, fixed text; an
// article with none is left out; additional articles follow the closing.
func assemble(a *portsmouth.Agenda, o portsmouth.Outcome, lang string) string {
	var articles, annexes []string
	for _, f := range a.Frame.Articles {
		paragraphs := []string{f.Text[lang]}
		for k := range a.Issues {
			for _, c := range clauses(&a.Issues[k], o) {
				if c.Article == f.ID {
					paragraphs = append(paragraphs, strings.ReplaceAll(c.Text[lang], "{value}", o[a.Issues[k].ID]))
				}
			}
		}
		paragraphs = append(paragraphs, f.After[lang])
		text := strings.TrimSpace(strings.Join(paragraphs, "\n"))
		if text == "" {
			continue
		}
		block := "[" + f.ID + "] " + f.Title[lang] + "\n" + text
		if f.Annex {
			annexes = append(annexes, block)
		} else {
			articles = append(articles, block)
		}
	}
	parts := append([]string{a.Frame.Title[lang], a.Frame.Preamble[lang]}, articles...)
	parts = append(append(parts, a.Frame.Closing[lang]), annexes...)
	return strings.Join(parts, "\n\n") + "\n"
}

func clauses(i *portsmouth.Issue, o portsmouth.Outcome) []portsmouth.Clause {
	if i.Kind == portsmouth.Numeric {
		if i.Number.None && o[i.ID] == i.Number.Min {
			return nil
		}
		return i.Number.Clauses
	}
	return i.Option(o[i.ID]).Clauses
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s:\n%s", path, d)
	}
}

func TestRoundTrip(t *testing.T) {
	for _, path := range []string{example1905, harbour, small} {
		s := load(t, path)
		var once, twice bytes.Buffer
		if err := s.Write(&once); err != nil {
			t.Fatal(err)
		}
		again, err := scenario.Parse("again.yaml", once.Bytes())
		if err != nil {
			t.Fatalf("%s written and read: %v\n%s", path, err, once.String())
		}
		if d := cmp.Diff(s, again); d != "" {
			t.Errorf("%s written and read:\n%s", path, d)
		}
		if err := again.Write(&twice); err != nil {
			t.Fatal(err)
		}
		if once.String() != twice.String() {
			t.Errorf("%s: written twice, two files", path)
		}
	}
}

// What differs from the defaults, also to nothing, survives being written.
func TestRulesRoundTrip(t *testing.T) {
	s := load(t, harbour)
	want := portsmouth.Rules{
		Confidentiality: "closed", Publicity: portsmouth.Publicity{Listed: true, Text: "on-entry"}, Languages: s.Languages,
		Decision: "all", ProposalResult: "when-all-answered", EntryIntoForce: "on-last-notice", RatifyWithin: 3650,
		Deadline: time.Date(2026, 12, 31, 16, 30, 5, 0, time.UTC), Leaving: "null", Note: "- no: [list]\n# nor comment",
		Desk: portsmouth.DeskAllowed, Fairness: "ks",
	}
	rulesComeBack(t, s, want)
}

// Every rule that there is can be said in a file: one that is added to the rules and forgotten here is noticed.
func TestEveryRuleIsCarried(t *testing.T) {
	s := load(t, harbour)
	day := time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)
	want := portsmouth.DefaultRules(s.Languages)
	want.Publicity = portsmouth.Publicity{Listed: true, Communiques: true, Text: "on-signature", TextNotBefore: day, Rounds: true, Comments: true}
	want.RatifyWithin, want.Deadline, want.Note = 30, day, "Tea at four."
	want.Prevails = s.Languages[0]
	want.Witnesses.Quorum, want.Notes = portsmouth.MaxQuorum, portsmouth.Notes{Keep: portsmouth.KeepDays, Days: portsmouth.MaxDays}
	for _, x := range []any{want, want.Publicity, want.Witnesses, want.Notes} {
		v := reflect.ValueOf(x)
		for k := range v.NumField() {
			if name := v.Type().Field(k).Name; v.Field(k).IsZero() && name != "Version" {
				t.Errorf("%s of %T is not tried", name, x)
			}
		}
	}
	rulesComeBack(t, s, want)
	want.Notes = portsmouth.Notes{Keep: portsmouth.KeepUntilClose}
	rulesComeBack(t, s, want)
}

// What rules cannot say is refused with its place.
func TestRulesOfWitnessesAndNotesThatAreNone(t *testing.T) {
	raw, err := os.ReadFile(small)
	if err != nil {
		t.Fatal(err)
	}
	for rules, want := range map[string]string{
		"{publicity: {listed: true}, witnesses: {quorum: 21}}": "from 0 to 20",
		"{publicity: {listed: true}, witnesses: {quorum: -1}}": "from 0 to 20",
		"{witnesses: {quorum: 1}}":                             "a conference of which the public does not know has none",
		"{witnesses: 2}":                                       "witnesses",
		"{notes: {keep: long}}":                                "how long notes are kept",
		"{notes: {keep: days}}":                                "1 to 3650",
		"{notes: {days: 3}}":                                   "1 to 3650",
		"{notes: {keep: days, days: 3651}}":                    "from 0 to 3650",
	} {
		_, err := scenario.Parse("small.yaml", append(raw, "rules: "+rules+"\n"...))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", rules, err, want)
		}
	}
}

// rulesComeBack writes the scenario with these rules, and wants to read them again.
func rulesComeBack(t *testing.T, s *scenario.Scenario, want portsmouth.Rules) {
	t.Helper()
	s.Rules = want
	var file bytes.Buffer
	if err := s.Write(&file); err != nil {
		t.Fatal(err)
	}
	again, err := scenario.Parse("again.yaml", file.Bytes())
	if err != nil {
		t.Fatalf("%v\n%s", err, file.String())
	}
	if d := cmp.Diff(want, again.Rules); d != "" {
		t.Error(d)
	}
}

func TestPeople(t *testing.T) {
	s := load(t, example1905)
	if n := len(s.People()); n != 17 {
		t.Errorf("%d people, want 17", n)
	}
	for person, want := range map[string]string{"komura": "japan", "nicholas": "russia", "roosevelt": "", "nobody": ""} {
		if got := s.PartyOf(person); got != want {
			t.Errorf("%s comes for “%s”, want “%s”", person, got, want)
		}
	}
}

func TestWriteRefusesWhatHasNoForm(t *testing.T) {
	s := load(t, small)
	c := &s.Agenda.Conditions[0]
	c.If = append(c.If, c.If[0])
	if err := s.Write(&bytes.Buffer{}); portsmouth.RuleOf(err) != "condition-form" {
		t.Errorf("a condition that names an issue twice: %v", err)
	}
}

// Between two points the value of a number is linear, to the nearest hundredth.
func TestNumbersBetweenPoints(t *testing.T) {
	p := load(t, harbour).Preferences["fishers"].Values["quay_share"]
	for at, want := range map[string]int64{"40": 0, "42.5": 500, "70": 6000, "72.5": 6333, "75": 6667, "100": 10_000} {
		if p[at] != want {
			t.Errorf("at %s: %d, want %d", at, p[at], want)
		}
	}
	if len(p) != 25 {
		t.Errorf("%d values, want 25", len(p))
	}
}

func TestPackages(t *testing.T) {
	s := load(t, small)
	for id, want := range map[string]string{
		"generous":          "cost=40 strip=to_south",
		"first_offer.north": "cost=50 strip=to_north",
	} {
		o, err := s.Package(id)
		if err != nil || o.String() != want {
			t.Errorf("%s: %v, %v; want %s", id, o, err, want)
		}
	}
	for _, id := range []string{"none", "first_offer.nobody", "first_offer.", ""} {
		if o, err := s.Package(id); portsmouth.KindOf(err) != portsmouth.Invalid {
			t.Errorf("package “%s”: %v, %v", id, o, err)
		}
	}
	o, _ := s.Package("halves")
	o["cost"] = "0"
	if again, _ := s.Package("halves"); again["cost"] != "50" {
		t.Error("a package that was handed out can change the scenario")
	}
}

func TestDefaults(t *testing.T) {
	s := load(t, small)
	if d := cmp.Diff(portsmouth.DefaultRules([]string{"en"}), s.Rules); d != "" {
		t.Error(d)
	}
	if s.Parties[0].Mark != "square" || s.Parties[1].Mark != "triangle" {
		t.Errorf("marks %s and %s", s.Parties[0].Mark, s.Parties[1].Mark)
	}
	if k := s.Agenda.Issues[0].Kind; k != portsmouth.Territory {
		t.Errorf("kind %s", k)
	}
	if want := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC); !s.Packages[0].Date.Equal(want) {
		t.Errorf("date %v", s.Packages[0].Date)
	}
}

// TestProblems replays testdata/problems.txt: each block edits small.yaml and shows every problem found.
func TestProblems(t *testing.T) {
	base, err := os.ReadFile(small)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile("testdata/problems.txt")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(strings.TrimSpace(string(raw)), "\n\n")
	for k, block := range blocks[1:] {
		blocks[k+1] = replay(t, string(base), block)
	}
	golden(t, "testdata/problems.txt", strings.Join(blocks, "\n\n")+"\n")
}

// replay returns the block with the problems that it leads to in the place of those it shows.
func replay(t *testing.T, text, block string) string {
	t.Helper()
	var kept []string
	unescape := strings.NewReplacer(`\n`, "\n", `\t`, "\t")
	lines := strings.Split(block, "\n")
	for k, line := range lines {
		if strings.HasPrefix(line, "- ") && k+1 < len(lines) {
			from, to := unescape.Replace(line[2:]), unescape.Replace(strings.TrimPrefix(lines[k+1][1:], " "))
			if !strings.Contains(text, from) {
				t.Errorf("%s: no “%s” to replace", lines[0], from)
			}
			text = strings.ReplaceAll(text, from, to)
		}
		if strings.IndexAny(line, "#-+") == 0 {
			kept = append(kept, line)
		}
	}
	_, err := scenario.Parse("small.yaml", []byte(text))
	var problems scenario.Problems
	if !errors.As(err, &problems) || portsmouth.KindOf(err) != portsmouth.Invalid {
		t.Fatalf("%s: got %v, want problems", lines[0], err)
	}
	return strings.Join(append(kept, problems.Error()), "\n")
}
