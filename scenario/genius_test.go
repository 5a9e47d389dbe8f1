package scenario_test

import (
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"portsmouth"
	"portsmouth/scenario"
)

const geniusFiles = "testdata/genius"

func geniusSpace(t *testing.T, name string) *scenario.Space {
	t.Helper()
	s, err := scenario.ReadSpace(os.DirFS(geniusFiles), name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// geniusWorth returns what each party gets of a package, as fractions.
func geniusWorth(t *testing.T, s *scenario.Space, choices ...string) []string {
	t.Helper()
	p, units, err := s.Problem()
	if err != nil {
		t.Fatal(err)
	}
	o := portsmouth.Outcome{}
	for k, c := range choices {
		o[s.Issues[k].Name] = c
	}
	index, err := s.Index(o)
	if err != nil {
		t.Fatal(err)
	}
	if back := s.Outcome(index); len(back) != len(o) {
		t.Errorf("%v became %v", o, back)
	}
	var worth []string
	for k := range p.Parties {
		if !units.Exact[k] {
			t.Errorf("party %d was rounded", k)
		}
		worth = append(worth, big.NewRat(p.Utility(k, index), units.Unit[k]).RatString())
	}
	return worth
}

// The fence has every oddity of the format at once: a byte-order mark and a blank line before the declaration, nested
// objectives, indices that are no positions, a root of index 1, weights anywhere, attributes in any order, items of
// similarity functions, integers with bounds in both places, a real, evaluators of every kind.
func TestGeniusAdditive(t *testing.T) {
	s := geniusSpace(t, "fence")
	if s.Name != "fence" || s.Format != scenario.Genius || s.Scale != 1 {
		t.Errorf("%s, %s, scale %d", s.Name, s.Format, s.Scale)
	}
	var shape []string
	for _, i := range s.Issues {
		shape = append(shape, i.Name+": "+strings.Join(i.Options, " "))
	}
	if d := cmp.Diff([]string{
		"Colour: green white & blue none", "Posts: 10 11 12 13 14", "Gates: 0 1 2",
		"Height: 1 1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8 1.9 2 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 2.9 3",
	}, shape); d != "" {
		t.Error(d)
	}
	if !s.Issues[3].Range.Continuous || s.Issues[1].Range.Continuous {
		t.Error("which issues are continuous")
	}
	for _, c := range []struct{ choices, want []string }{
		{[]string{"green", "12", "1", "2"}, []string{"21/40", "13/30"}},
		{[]string{"none", "10", "2", "1.20"}, []string{"3/4", "43/100"}},
		{[]string{"white & blue", "14", "0", "2.3"}, []string{"11/40", "163/300"}},
	} {
		if got := geniusWorth(t, s, c.choices...); !slices.Equal(got, c.want) {
			t.Errorf("%v is worth %v, want %v", c.choices, got, c.want)
		}
	}
	early, late := s.Profiles[0], s.Profiles[1]
	if early.Name != "fence_2_early" || late.Name != "fence_10_late" {
		t.Errorf("order of profiles: %s, %s", early.Name, late.Name)
	}
	if early.Reservation.RatString() != "1/4" || late.Reservation.RatString() != "1/8" {
		t.Errorf("reservations %v, %v", early.Reservation, late.Reservation)
	}
	if early.Discount == nil || early.Discount.Factor.RatString() != "1/2" || early.Discount.Per != "session" || late.Discount != nil {
		t.Errorf("discounts %v, %v", early.Discount, late.Discount)
	}
}

// What was done to the numbers is said once, and what another tool would do only where these files make a difference.
func TestGeniusSaysWhatItDid(t *testing.T) {
	s := geniusSpace(t, "fence")
	if d := cmp.Diff([]string{
		"real issues are taken in 20 equal steps, as GENIUS does in its analyses: “Height”",
		"each evaluation is divided by the largest of its issue, as GENIUS does",
		"an integer is worth slope × (number − lowerbound) + offset, within 0 to 1, as in GENIUS",
		"a real number is worth parameter1 × number + parameter0, within 0 to 1, as in GENIUS",
		"the discount factor 0.0 of fence_10_late.xml means none, as in GENIUS",
		"not read, as neither what is to be settled nor what a party wants: pareto.xml",
	}, s.Readings); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{
		"the evaluator of integer issue “Gates” in fence_10_late.xml has no slope; its parameters are read as those of a real issue, where GENIUS reads none",
		"NegMAS would hold the reservation value against utilities on the scale of the evaluations (0.25 in fence_2_early.xml; and 1 more)",
		"NegMAS would multiply the slope of an integer issue by the number itself, not by its distance from the lowerbound (“Posts” in fence_2_early.xml; and 1 more)",
		"NegMAS would take weights by position, where the file numbers its issues otherwise (“Colour” has the index 7 in fence_2_early.xml; and 1 more)",
		"NegMAS would multiply by the discount factor at every step, not over the whole session (0.5 in fence_2_early.xml)",
		"NegMAS would drop the reservation value of a profile that has a discount (0.25 in fence_2_early.xml)",
	}, s.Warnings); d != "" {
		t.Error(d)
	}
}

func TestGeniusBoxes(t *testing.T) {
	s := geniusSpace(t, "boxes")
	for _, c := range []struct{ choices, want []string }{
		{[]string{"1", "3", "0"}, []string{"1", "1/2"}}, // 62 of 40, held at 1
		{[]string{"0", "2", "0"}, []string{"1", "0"}},
		{[]string{"3", "2", "1"}, []string{"9/20", "1/2"}},
		{[]string{"2", "4", "1"}, []string{"1", "1/2"}},
		{[]string{"0", "3", "1"}, []string{"1/2", "0"}},
	} {
		if got := geniusWorth(t, s, c.choices...); !slices.Equal(got, c.want) {
			t.Errorf("%v is worth %v, want %v", c.choices, got, c.want)
		}
	}
	if d := cmp.Diff([]string{
		"GENIUS shows this party so many packages in order, not the numbers: 10",
		"of the order shown, so many pairs are wrong: 2",
		"the packages shown are drawn with the seed 7",
	}, s.Profiles[1].Notes); d != "" {
		t.Error(d)
	}
	for _, want := range []string{
		"NegMAS would read EXCLUDES as INCLUDES (in one.xml)",
		"NegMAS would not divide by maxutility (40 in one.xml)",
		"two.xml gives issue “c” no weight, so it counts for nothing; GENIUS calls such a profile incomplete",
		"issue “b” in two.xml has no evaluator, so all its numbers are worth 0, as in GENIUS",
		"the weights of two.xml add up to 0.750000; they are used as they are",
	} {
		if !slices.Contains(s.Warnings, want) {
			t.Errorf("no warning “%s” in\n%s", want, strings.Join(s.Warnings, "\n"))
		}
	}
}

// geniusCase is the fence with one thing changed.
type geniusCase struct{ file, from, to, want string }

var geniusFaults = map[string]geniusCase{
	"another domain's issue":   {"fence_2_early.xml", `<issue index="4" name="Posts"`, `<issue index="5" name="Poles"`, "no issue with the index 5 (“Poles” here); this profile is for another domain"},
	"another kind of issue":    {"fence_2_early.xml", `<issue index="7" name="Colour" etype="discrete">`, `<issue index="7" name="Colour" type="integer" lowerbound="1" upperbound="3">`, "issue “Colour” is integer here and discrete in the domain"},
	"another domain's choice":  {"fence_2_early.xml", `value="none" evaluation="60"`, `value="none" evaluation="60"/><item index="4" value="red" evaluation="1"`, "“red” of issue “Colour” is not in the domain"},
	"a choice without worth":   {"fence_2_early.xml", `value="none" evaluation="60"`, `value="none" evaluation="null"`, "“none” of issue “Colour” has no evaluation"},
	"an issue without worths":  {"fence_2_early.xml", `<issue index="9" name="Height" type="real"><range lowerbound="1.0" upperbound="3.0"/><evaluator ftype="linear" parameter1="-1" parameter0="2.5"/></issue>`, "", "issue “Height” of the domain has a weight and no evaluations"},
	"a raw reservation":        {"fence_2_early.xml", `<reservation value="0.25"/>`, `<reservation value="306"/>`, "line 23: the reservation value is 306, on a scale that the file does not state"},
	"a raw negative one":       {"fence_2_early.xml", `<reservation value="0.25"/>`, `<reservation value="-610"/>`, "the reservation value is -610"},
	"no number":                {"fence_2_early.xml", `evaluation="60"`, `evaluation="6,0"`, "evaluation “6,0” of <item> is not a number"},
	"infinity":                 {"fence_2_early.xml", `value="0.5" index="7"`, `value="1e999" index="7"`, "value “1e999” of <weight> is not a number"},
	"a negative weight":        {"fence_2_early.xml", `value="0.5" index="7"`, `value="-0.5" index="7"`, "a weight cannot be below 0"},
	"a constraint profile":     {"fence_2_early.xml", `<utility_space number_of_issues="9">`, `<utility_space type="constraint">`, "constraint profile"},
	"an unknown evaluator":     {"fence_10_late.xml", `ftype="triangular"`, `ftype="parabolic"`, "linear, constant and triangular are known"},
	"a triangle out of order":  {"fence_10_late.xml", `parameter2="1.5"`, `parameter2="4"`, "not in that order"},
	"half an evaluator":        {"fence_2_early.xml", ` offset="-0.2"`, ``, "the evaluator needs slope and offset"},
	"cut off":                  {"fence_2_early.xml", `<discount_factor`, "<!-- ", "line 25: the file ends too early"},
	"a second root":            {"fence_10_late.xml", `</utility_space>`, "</utility_space><utility_space/>", "a second root element"},
	"a value twice":            {"fence.xml", `value="none"`, `value="green"`, "“green” stands twice in issue “Colour”"},
	"an index twice":           {"fence.xml", `<issue name="Colour" index="7">`, `<issue name="Colour" index="09">`, "two issues have the index 9"},
	"no index":                 {"fence.xml", `<issue name="Colour" index="7">`, `<issue name="Colour">`, "issue “Colour” has no index"},
	"bounds upside down":       {"fence.xml", `lowerbound="10" upperbound="14"`, `lowerbound="14" upperbound="10"`, "lowerbound above its upperbound"},
	"no bounds":                {"fence.xml", `<range lowerbound="0" upperbound="2"/>`, ``, "needs a lowerbound and an upperbound"},
	"bounds without end":       {"fence.xml", `upperbound="14"`, `upperbound="99999999999"`, "more than 200000 choices"},
	"half an integer":          {"fence.xml", `upperbound="14"`, `upperbound="14.5"`, "bounds that are no integers"},
	"an unknown kind of issue": {"fence.xml", `<issue name="Colour" index="7">`, `<issue name="Colour" index="7" type="fuzzy">`, "“fuzzy”; discrete, integer and real are known"},
	"nothing to choose":        {"fence.xml", `<issue name="Colour" index="7">`, `<issue name="Empty" index="8"/><issue name="Colour" index="7">`, "issue “Empty” has no items"},
	"no objective":             {"fence.xml", `objective`, `subject`, "holds no <objective>"},
	"bytes of no encoding":     {"fence_2_early.xml", `name="Height"`, "name=\"H\xf6he\"", "neither UTF-8 nor in a Western encoding that it names"},
}

func TestGeniusFaults(t *testing.T) {
	for name, c := range geniusFaults {
		files := geniusCopy(t, "fence")
		text := string(files[c.file].Data)
		if !strings.Contains(text, c.from) {
			t.Fatalf("%s: there is no %s in %s", name, c.from, c.file)
		}
		files[c.file].Data = []byte(strings.ReplaceAll(text, c.from, c.to))
		_, err := scenario.ReadSpace(files, ".")
		switch {
		case err == nil:
			t.Errorf("%s: no error", name)
		case !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), c.file):
			t.Errorf("%s: %v; want %s: … %s", name, err, c.file, c.want)
		case portsmouth.KindOf(err) != portsmouth.Invalid && portsmouth.KindOf(err) != portsmouth.Refused:
			t.Errorf("%s: error of kind %s", name, portsmouth.KindOf(err))
		}
	}
}

func geniusCopy(t testing.TB, folder string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	entries, err := os.ReadDir(geniusFiles + "/" + folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		raw, err := os.ReadFile(geniusFiles + "/" + folder + "/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = &fstest.MapFile{Data: raw}
	}
	return files
}

// What a file may do without being refused.
func TestGeniusForgives(t *testing.T) {
	want := geniusWorth(t, geniusSpace(t, "fence"), "green", "12", "1", "2")
	latin := "<?xml version='1.0' encoding='ISO-8859-1'?>\n"
	for name, c := range map[string]geniusCase{
		"discounts above 1":      {"fence_2_early.xml", `<discount_factor value="0.5"/>`, `<discount_factor value="2.0"/>`, "the discount factor 2.0 of fence_2_early.xml means none"},
		"another name":           {"fence_2_early.xml", `name="Colour"`, `name="Hue"`, "calls the issue with index 7 “Hue”"},
		"Latin 1":                {"fence_2_early.xml", "\n<utility_space number_of_issues=\"9\">", latin + "<utility_space note=\"gr\xfcn\">", ""},
		"an unknown entity":      {"fence_2_early.xml", `<utility_space number_of_issues="9">`, `<utility_space note="&nbsp;&amp;&what;">`, ""},
		"a blank in a value":     {"fence_2_early.xml", `value="none"`, `value=" none "`, ""},
		"a reservation below 0":  {"fence_2_early.xml", `<reservation value="0.25"/>`, `<reservation value="-0.5"/>`, "is below 0, so any agreement is better than none"},
		"no reservation at all":  {"fence_2_early.xml", `<reservation value="0.25"/>`, ``, ""},
		"a doctype":              {"fence_2_early.xml", `<utility_space number_of_issues="9">`, `<!DOCTYPE utility_space [<!ENTITY a "b">]><utility_space>`, ""},
		"two issues of one name": {"fence.xml", `name="Gates"`, `name="Posts"`, "two issues are called “Posts”; the one with index 3 is “Posts (2)” here"},
	} {
		files := geniusCopy(t, "fence")
		text := string(files[c.file].Data)
		if !strings.Contains(text, c.from) {
			t.Fatalf("%s: there is no %s in %s", name, c.from, c.file)
		}
		files[c.file].Data = []byte(strings.ReplaceAll(text, c.from, c.to))
		s, err := scenario.ReadSpace(files, ".")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := geniusWorth(t, s, "green", "12", "1", "2"); !slices.Equal(got, want) {
			t.Errorf("%s: worth %v, want %v", name, got, want)
		}
		if said := strings.Join(slices.Concat(s.Readings, s.Warnings), "\n"); !strings.Contains(said, c.want) {
			t.Errorf("%s: “%s” is not said in\n%s", name, c.want, said)
		}
	}
}

// A utility above 1 counts as 1, and numbers with more digits than 64 bits hold are rounded, which is said.
func TestGeniusLargeNumbers(t *testing.T) {
	files := geniusCopy(t, "fence")
	for name, f := range files {
		text := strings.ReplaceAll(string(f.Data), `value="0.5" index="7"`, `value="0.77777777777777777" index="7"`)
		files[name].Data = []byte(strings.ReplaceAll(text, `evaluation="30"`, `evaluation="7"`))
	}
	s, err := scenario.ReadSpace(files, ".")
	if err != nil {
		t.Fatal(err)
	}
	p, units, err := s.Problem()
	if err != nil {
		t.Fatal(err)
	}
	if units.Exact[0] || !units.Exact[1] || units.Unit[0] != 1e12 ||
		!slices.Equal(units.Readings, []string{"numbers have more digits than can be kept exactly; each product is rounded to 10^-12 of the scale, for fence_2_early"}) {
		t.Errorf("%+v", units)
	}
	best, err := s.Index(portsmouth.Outcome{"Colour": "none", "Posts": "14", "Gates": "2", "Height": "1"})
	if err != nil {
		t.Fatal(err)
	}
	if u := p.Utility(0, best); u != 1e12 {
		t.Errorf("the best is worth %d, want the cap of 10^12", u)
	}
	best[0] = 0 // green: 0.777… × 7/60 and 0.5 for the rest
	if u := p.Utility(0, best); u != 590740740741 {
		t.Errorf("worth %d, want 590740740741", u)
	}
}

// Without a domain file the profile's own issues are taken; with a domain alone there is nothing to compute.
func TestGeniusAlone(t *testing.T) {
	s, err := scenario.ReadSpace(os.DirFS(geniusFiles), "fence/fence_2_early.xml")
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "fence_2_early" || len(s.Profiles) != 1 || len(s.Issues) != 4 || !strings.Contains(s.Readings[0], "there is no domain file") {
		t.Errorf("%s, %d profiles, %q", s.Name, len(s.Profiles), s.Readings)
	}
	if got := geniusWorth(t, s, "none", "10", "2", "1.2"); !slices.Equal(got, []string{"3/4"}) {
		t.Errorf("worth %v", got)
	}
	_, err = scenario.ReadSpace(os.DirFS(geniusFiles), "fence/fence.xml")
	if portsmouth.RuleOf(err) != "space-profiles" {
		t.Errorf("a domain alone: %v", err)
	}
}

// Files made to exhaust a reader are refused, and soon.
func TestGeniusHostile(t *testing.T) {
	many := strings.Repeat
	for name, text := range map[string]string{
		"deep":            "<utility_space>" + many("<objective>", 100_000),
		"many":            "<utility_space><objective>" + many("<issue/>", 400_000),
		"many attributes": "<utility_space " + many(`a="b" `, 100_000) + ">",
		"laughs":          `<!DOCTYPE u [<!ENTITY a "` + many("ha", 100) + `"><!ENTITY b "` + many("&a;", 100) + `">]><utility_space>&b;</utility_space>`,
		"long name":       "<utility_space><objective><issue index='1' name='" + many("x", 1_000_000) + "' type='y'/></objective></utility_space>",
		"long number":     "<utility_space><objective><weight index='1' value='" + many("1", 1_000_000) + "'/><issue index='1'><item value='a' evaluation='1'/></issue></objective></utility_space>",
		"too large":       many(" ", scenario.MaxBytes) + "<utility_space/>",
		"UTF-16":          "\xff\xfe<\x00a",
		"empty":           "",
		"wide integers":   "<utility_space><objective>" + many("<issue index='1' type='integer' lowerbound='0' upperbound='150000'/><issue index='2' type='integer' lowerbound='0' upperbound='150000'/>", 1) + "</objective></utility_space>",
	} {
		start := time.Now()
		_, err := scenario.ReadSpace(fstest.MapFS{"x.xml": {Data: []byte(text)}}, "x.xml")
		if err == nil || len(err.Error()) > 1000 {
			t.Errorf("%s: %.300v", name, err)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
}
