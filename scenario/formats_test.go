package scenario

import (
	"math/big"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"portsmouth"
)

// formatRead reads files given as name and content.
func formatRead(files ...string) (*Space, error) {
	folder := fstest.MapFS{}
	for k := 0; k+1 < len(files); k += 2 {
		folder[files[k]] = &fstest.MapFile{Data: []byte(files[k+1])}
	}
	return ReadSpace(folder, ".")
}

// formatWorth checks the exact utility of one outcome, given by options in the order of the issues.
func formatWorth(t *testing.T, s *Space, party, want string, options ...string) {
	t.Helper()
	index := make([]int, len(s.Issues))
	for i, v := range options {
		if index[i] = s.Issues[i].Option(v); index[i] < 0 {
			t.Fatalf("issue %s has no option %q: %q", s.Issues[i].Name, v, s.Issues[i].Options)
		}
	}
	k := fieldProfile(t, s, party)
	w, _ := new(big.Rat).SetString(want)
	if got := s.worthOf(&s.Profiles[k], index); got.Cmp(w) != 0 {
		t.Errorf("%v is worth %s to %s, want %s", options, got.FloatString(6), party, want)
	}
}

func formatFolder(t *testing.T, name string) *Space {
	t.Helper()
	s, err := ReadSpace(os.DirFS("testdata"), name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func formatReservation(t *testing.T, s *Space, party, want string) {
	t.Helper()
	r := s.Profiles[fieldProfile(t, s, party)].Reservation
	if got := "none"; r == nil && got != want || r != nil && strings.TrimRight(r.FloatString(9), "0") != want {
		t.Errorf("the reservation of %s is %v, want %s", party, r, want)
	}
}

func TestGeniusWebReadsBothGenerations(t *testing.T) {
	s := formatFolder(t, "geniusweb/house")
	formatWorth(t, s, "buyer", "0.94", "10", "yes", "july")
	formatWorth(t, s, "seller", "0.295", "12.5", "no", "july")
	formatReservation(t, s, "buyer", "0.3")
	formatReservation(t, s, "seller", "0.58")
}

func TestNegMASComparesKeysAsPythonDoes(t *testing.T) {
	s := formatFolder(t, "negmas/lease")
	formatWorth(t, s, "landlord", "3.39", "8", "yes", "1", "18")
	formatWorth(t, s, "landlord", "5.6745", "9", "no", "010 flat", "24")
	formatWorth(t, s, "tenant", "0.78", "8", "yes", "5", "18")
	formatReservation(t, s, "landlord", "none")
	formatReservation(t, s, "tenant", "0.4")
	d := s.Profiles[fieldProfile(t, s, "tenant")].Discount
	if d == nil || d.Per != "session" || d.Factor.Cmp(big.NewRat(9, 10)) != 0 {
		t.Errorf("discount %v", d)
	}
	files, err := s.Files(NegMAS)
	if err != nil || !strings.Contains(string(files[2].Data), "dynamic_reservation: false\nreserved_value: 0.4\n") {
		t.Errorf("that the reservation is not discounted was lost: %v\n%s", err, files[2].Data)
	}
	if all := strings.Join(s.Warnings, "\n"); !strings.Contains(all, "reserved value of its own (0.1)") {
		t.Errorf("no warning of the inner reserved value: %s", all)
	}
}

func TestNegoLogTakesTheDomainFromTheProfiles(t *testing.T) {
	s := formatFolder(t, "negolog/pair")
	formatWorth(t, s, "profileA", "0.64", "red", "small")
	formatWorth(t, s, "profileB", "0.8", "green", "large")
	formatReservation(t, s, "profileA", "0.3")
}

func TestTableOfSeveralParties(t *testing.T) {
	s := formatFolder(t, "csv/wall.csv")
	formatWorth(t, s, "North", "84", "To Northfield", "50")
	formatWorth(t, s, "North", "72", "To Northfield", "75")
	formatWorth(t, s, "South", "72.75", "To Southfield", "50")
	formatReservation(t, s, "North", "24.")
	formatReservation(t, s, "South", "none")
	if len(s.Issues[1].Options) != 21 {
		t.Errorf("%d numbers, want 21", len(s.Issues[1].Options))
	}
}

func TestTableAsSpreadsheetsSaveIt(t *testing.T) {
	s, err := formatRead("harbour.csv", "\ufeffIssue;Option;\"Nord;AG\";Süd;\r\n;;;;\r\nPreis;weight;60%;45,5;\r\n;10;12,5;\"1\";\r\n;20;\u22123;0;\r\n# a remark;;;\r\nZoll;weight;40;54,5\r\nZoll;'=frei;0;1\r\nZoll;'weight;1;0\r\nno agreement;;;7,25\r\n")
	if err != nil {
		t.Fatal(err)
	}
	formatWorth(t, s, "Nord;AG", "7.9", "10", "weight")
	formatWorth(t, s, "Süd", "0.545", "20", "=frei")
	formatReservation(t, s, "Süd", "7.25")
}

func TestTablesOfOneEach(t *testing.T) {
	s, err := formatRead(
		"north.csv", "issue,option,\nA,weight,100\nA,x,1\nA,y,0\n",
		"south.csv", "sep=;\nissue;option;points\nA;weight;100\nA;y;2,5\nA;x;0\n")
	if err != nil {
		t.Fatal(err)
	}
	formatWorth(t, s, "north", "1", "x")
	formatWorth(t, s, "south", "2.5", "y")
}

// TestBlankTablesAreFilledByEach: two blank forms, filled, make one space.
func TestBlankTablesAreFilledByEach(t *testing.T) {
	s := formatFolder(t, "csv/wall.csv")
	var files []string
	for n, party := range []string{"North", "South"} {
		f, err := s.Blank(party)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := formatRead(f.Name, string(f.Data)); err == nil || !strings.Contains(err.Error(), "has no weight for issue") {
			t.Errorf("an empty form is read: %v", err)
		}
		filled := strings.NewReplacer("weight,\n", "weight,50\n", ",0,\n", ",0,10\n", ",100,\n", ",100,20\n", "field,\n", "field,"+strings.Repeat("3", n+1)+"\n").Replace(string(f.Data))
		files = append(files, f.Name, filled)
	}
	both, err := formatRead(files...)
	if err != nil {
		t.Fatalf("%v\n%s", err, files[1])
	}
	formatWorth(t, both, "North", "9", "To Northfield", "50")
	formatWorth(t, both, "South", "24", "To Southfield", "50")
}

const (
	webSmall   = `{"name":"d","issuesValues":{"a":{"values":["x","y"]},"b":{"values":["u","v"]}}}`
	webProfile = `{"LinearAdditiveUtilitySpace":{"name":"p","domain":` + webSmall + `,
"issueUtilities":{"a":{"DiscreteValueSetUtilities":{"valueUtilities":{"x":0,"y":1}}},"b":{"DiscreteValueSetUtilities":{"valueUtilities":{"u":1,"v":0}}}},
"issueWeights":{"a":0.5,"b":0.5}}}`
	webGroupsProfile = `{"SumOfGroupsUtilitySpace":{"name":"p","domain":` + webSmall + `,
"partUtilities":{"both":{"partsutils":{"issues":["b","a"],"utilslist":[{"values":["u","y"],"util":0.9},{"values":["v","x"],"util":0.25}]}}},
"reservationBid":{"issuevalues":{"a":"x","b":"v"}}}}`
	masDomain = "type: DiscreteCartesianOutcomeSpace\nissues:\n- {name: a, type: CategoricalIssue, values: [1, 2]}\n"
	masTable  = "type: LinearAdditiveUtilityFunction\nweights: [1]\nvalues:\n- {type: TableFun, mapping: {1: 0.5, 2: 1}}\n"
	logFile   = `{"reservationValue":0,"issueWeights":{"a":1},"issues":{"a":{"x":0,"y":1}}}`
	csvHead   = "issue,option,N,S\n"
)

func TestGroupsOfIssues(t *testing.T) {
	s, err := formatRead("p.json", webGroupsProfile)
	if err != nil {
		t.Fatal(err)
	}
	formatWorth(t, s, "p", "0.9", "y", "u")
	formatWorth(t, s, "p", "0", "y", "v")
	formatReservation(t, s, "p", "0.25")
}

// TestFilesAreRefused has one row a mistake: what is wrong in a sound file, and what the message must say.
func TestFilesAreRefused(t *testing.T) {
	for _, c := range []struct{ name, sound, from, to, want string }{
		{"p.json", webProfile, `"x":0,`, `"x":1e999999,`, "p.json:2:"},
		{"p.json", webProfile, `"x":0,`, `"x":1e999999,`, "must be a decimal number"},
		{"p.json", webProfile, `"x":0,`, `"X":0,`, "did you mean “x”"},
		{"p.json", webProfile, `"x":0,`, ``, "value “x” of issue “a” has no utility"},
		{"p.json", webProfile, `"b":0.5`, `"c":0.5`, "lacks issue “b”"},
		{"p.json", webProfile, `"a":0.5,`, `"a":0.5,"a":0.5,`, "stands twice"},
		{"p.json", webProfile, `"a":0.5,`, `"a":0.5`, "this is not JSON"},
		{"p.json", webProfile, `"values":["x","y"]`, `"range":["0","1e40","1"]`, "more than 200000 choices"},
		{"p.json", webProfile, `"values":["x","y"]`, `"range":["0","1","0"]`, "steps above 0"},
		{"p.json", webProfile, `"LinearAdditiveUtilitySpace"`, `"DefaultPartialOrdering"`, "only ranks some bids"},
		{"p.json", webGroupsProfile, `"issues":["b","a"]`, `"issues":["b","b"]`, "stands twice"},
		{"p.json", webGroupsProfile, `["v","x"],"util":0.25`, `["u","y"],"util":0.25`, "stands twice"},
		{"u.yml", masTable, "LinearAdditive", "Mapping", "is not read"},
		{"u.yml", masTable, "{1: 0.5", "{'1': 0.5", "“1” is not a value"},
		{"u.yml", masTable, "{1: 0.5", "{1: 0.5, 1.0: 0.5", "stands twice"},
		{"u.yml", masTable, "TableFun", "SinFun", "SinFun are not read"},
		{"u.yml", masTable, "weights: [1]", "weights: [1, 2]", "a list of 1"},
		{"u.yml", masTable, "weights", "side_ufuns: []\nweights", "several negotiations at once"},
		{"u.yml", masTable, "weights", "reserved_value: .nan\nweights", "leaves nothing to agree on"},
		{"u.yml", masTable, "weights", "bias: &x 1\nweights", "anchors"},
		{"profileA.json", logFile, `"x":0,`, `"x":"much",`, "must be a decimal number"},
		{"profileA.json", logFile, `"issueWeights":{"a":1}`, `"issueWeights":{}`, "lacks issue “a”"},
		{"t.csv", csvHead + "A,weight,100,100\nA,x,1,2\n", "1,2", "1,", "t.csv:3:7: S has no points"},
		{"t.csv", csvHead + "A,weight,100,100\nA,x,1,2\n", "1,2", "1,5,2", "a decimal comma needs quotes"},
		{"t.csv", csvHead + "A,weight,100,100\nA,x,1,2\n", "A,weight,100,100\n", "", "has no row of weights"},
		{"t.csv", csvHead + "A,weight,100,100\nA,x,1,2\n", "1,2", "1,\"1,000\"", "write 1000 for thousands or 1.000"},
		{"t.csv", csvHead + "A,weight,100,100\nA,x,1,2\n", "1,2", "1,lots", "points cannot be “lots”"},
		{"t.csv", csvHead + "A,weight,100,100\nA,x,1,2\n", "A,x,1,2", "A,x,1,2\nA,x,1,2", "stands twice"},
		{"t.csv", csvHead + "A,weight,100,100\nA,x,1,2\n", "A,x,1,2", "A,x,1,2\nreservatoin,,1,2", "did you mean “reservation”"},
		{"t.csv", csvHead + "A,weight,100,100\nA,x,1,2\n", "A,x,1,2", "A,0..10 step 5,,\nA,0,1,2", "points at both ends"},
		{"t.csv", csvHead + "A,weight,100,100\nA,x,1,2\n", "A,x,1,2", "A,0..10 step 5,,\nA,3,1,2", "not a number of the range"},
		{"t.csv", csvHead + "A,weight,100,100\nA,x,1,2\n", "A,x", "A,\xe9", "CSV UTF-8"},
		{"t.csv", csvHead + "A,weight,100,100\nA,x,1,2\n", "A,x", "A,\"x", "cannot be read"},
		{"t.csv", csvHead + "A,weight,100,100\nA,x,1,2\n", "N,S", "N,N", "stands twice"},
	} {
		files := []string{c.name, c.sound}
		if strings.HasSuffix(c.name, ".yml") {
			files = append(files, "domain.yml", masDomain)
		}
		if _, err := formatRead(files...); err != nil {
			t.Fatalf("the sound file is refused: %v", err)
		}
		files[1] = strings.Replace(c.sound, c.from, c.to, 1)
		_, err := formatRead(files...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s with %q: %v\n does not say %q", c.name, c.to, err, c.want)
		}
		if kind := portsmouth.KindOf(err); kind != portsmouth.Invalid && kind != portsmouth.Refused {
			t.Errorf("%s with %q: an error of kind %s", c.name, c.to, kind)
		}
	}
}

func TestSmallFilesSurviveWriting(t *testing.T) {
	for _, folder := range []string{"geniusweb/house", "negmas/lease", "negolog/pair", "csv/wall.csv", "small.yaml"} {
		s := formatFolder(t, folder)
		for _, format := range fieldFormats {
			if fit, back := fieldAgain(t, s, format); back != nil {
				fieldSame(t, folder+" as "+string(format), fit, back)
			}
		}
	}
}

// TestOddCharactersSurvive: what one format allows in a name and another does not is escaped.
func TestOddCharactersSurvive(t *testing.T) {
	odd := "a\x7f\u0085\ufeff\u2028 \"b\\: #&*|\u00e9\U0001f600"
	table := []*big.Rat{big.NewRat(1, 2), big.NewRat(1, 4)}
	p := Profile{Name: "p", Weights: []*big.Rat{big.NewRat(1, 1)}, Values: []Valuation{{Table: table}}}
	q := p
	q.Name = "q"
	s := &Space{Name: "odd", Scale: 1, Issues: []SpaceIssue{{Name: odd, Options: []string{odd, "plain"}}}, Profiles: []Profile{p, q}}
	for _, format := range fieldFormats {
		if _, back := fieldAgain(t, s, format); back == nil || back.Issues[0].Name != odd || back.Issues[0].Options[0] != odd {
			t.Errorf("%s: %q came back otherwise", format, odd)
		}
	}
}

func TestWritingIsDeterministic(t *testing.T) {
	s := formatFolder(t, "geniusweb/house")
	for _, format := range fieldFormats {
		a, err := s.Files(format)
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			b, _ := s.Files(format)
			for k := range a {
				if a[k].Name != b[k].Name || string(a[k].Data) != string(b[k].Data) {
					t.Fatalf("%s: %s differs from one writing to the next", format, a[k].Name)
				}
			}
		}
	}
}

// TestTableIsNoProgram: no cell that is written may be a formula to a spreadsheet.
func TestTableIsNoProgram(t *testing.T) {
	s := &Space{Name: "=x", Scale: 1, Issues: []SpaceIssue{{Name: "+sum", Options: []string{"=1+1", "@now", "-5", "- five", "weight", "0..10 step 5", "'=x", "#one"}}}}
	table := make([]*big.Rat, len(s.Issues[0].Options))
	for o := range table {
		table[o] = big.NewRat(int64(-o), 10)
	}
	s.Profiles = []Profile{{Name: "=HYPERLINK(1)", Weights: []*big.Rat{big.NewRat(1, 1)}, Values: []Valuation{{Table: table}}}}
	files, err := s.Files(CSV)
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range strings.FieldsFunc(string(files[0].Data), func(r rune) bool { return r == ',' || r == '\n' || r == '\ufeff' }) {
		if _, isNumber := exactNumber(cell); strings.ContainsAny(cell[:1], "=+-@") && !isNumber {
			t.Errorf("cell %q is a formula", cell)
		}
	}
	back, err := formatRead("t.csv", string(files[0].Data))
	if err != nil {
		t.Fatalf("%v\n%s", err, files[0].Data)
	}
	if got, want := strings.Join(back.Issues[0].Options, "|"), strings.Join(s.Issues[0].Options, "|"); got != want {
		t.Errorf("options came back as %s, want %s", got, want)
	}
	if back.Profiles[0].Name != s.Profiles[0].Name || back.Issues[0].Name != "+sum" {
		t.Errorf("names came back as %q, %q", back.Profiles[0].Name, back.Issues[0].Name)
	}
}

func TestWhatAFormatCannotHold(t *testing.T) {
	one := big.NewRat(1, 1)
	base := func() *Space {
		return &Space{Name: "x", Scale: 1, Issues: []SpaceIssue{{Name: "a", Options: []string{"x", "y"}}}, Profiles: []Profile{
			{Name: "p", Weights: []*big.Rat{one}, Values: []Valuation{{Table: []*big.Rat{new(big.Rat), one}}}},
		}}
	}
	for _, c := range []struct {
		format Format
		change func(s *Space)
		want   string
	}{
		{GeniusWeb, func(s *Space) { s.Profiles[0].Reservation = big.NewRat(3, 2) }, "above every package"},
		{GeniusWeb, func(s *Space) { s.Profiles[0].Discount = &Discount{big.NewRat(1, 2), "step"} }, "a discount over time"},
		{NegMAS, func(s *Space) { s.Profiles[0].Cap = big.NewRat(1, 2) }, "cannot hold a ceiling"},
		{NegMAS, func(s *Space) { s.Conditions = []portsmouth.Condition{{}} }, "conditions between issues"},
		{NegMAS, func(s *Space) { s.Profiles[0].Boxes = &Boxes{} }, "several issues together"},
		{CSV, func(s *Space) { s.Profiles[0].Terms = []portsmouth.Interaction{{}} }, "interactions between issues"},
		{NegoLog, func(s *Space) {}, "1 parties"},
		{CSV, func(s *Space) { s.Issues[0].Options = []string{"x", "x "} }, "white space"},
		{Genius, func(s *Space) {}, "cannot be written"},
	} {
		s := base()
		c.change(s)
		if _, err := s.Files(c.format); err == nil || !strings.Contains(err.Error(), c.want) || portsmouth.KindOf(err) != portsmouth.Invalid {
			t.Errorf("%s: %v does not say %q", c.format, err, c.want)
		}
	}
}

// TestReservationBecomesABid: GeniusWeb gives the worth of no agreement as a package.
func TestReservationBecomesABid(t *testing.T) {
	s := formatFolder(t, "negolog/pair")
	fit, back := fieldAgain(t, s, GeniusWeb)
	fieldSame(t, "as GeniusWeb", fit, back)
	p := back.Profiles[fieldProfile(t, back, "profileA")]
	if len(p.Bid) != 2 || p.Reservation.Cmp(big.NewRat(3, 10)) < 0 {
		t.Errorf("bid %v worth %v", p.Bid, p.Reservation)
	}
	// 0.3 of A: 0.4 × (0.1, 0.55, 1) + 0.6 × (1, 0.25) has 0.19, 0.37, 0.55, 0.64 …: the least not below it is 0.37.
	if p.Reservation.Cmp(big.NewRat(37, 100)) != 0 || !strings.Contains(strings.Join(fit.Readings, "\n"), "worth exactly") {
		t.Errorf("worth %s, readings %q", p.Reservation.FloatString(4), fit.Readings)
	}
}

// TestTheTableOfTheManual: the page shows the file that the tests read.
func TestTheTableOfTheManual(t *testing.T) {
	page, err := os.ReadFile("../docs/spec/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	table, err := os.ReadFile("testdata/csv/wall.csv")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "```\n"+string(table)+"```") {
		t.Error("docs/spec/formats.md does not show testdata/csv/wall.csv as it is")
	}
}
