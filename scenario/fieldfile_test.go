package scenario

import (
	"encoding/json"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"portsmouth"
)

// fieldScenarios are scenarios of the field as they were gathered, outside this repository.
const fieldScenarios = "../../shared/data/scenarios"

// fieldFolders returns the folders of those scenarios whose name ends so.
func fieldFolders(t *testing.T, ending string) []string {
	t.Helper()
	found, _ := filepath.Glob(filepath.Join(fieldScenarios, "*"+ending))
	if len(found) == 0 {
		t.Skipf("SKIPPED: no scenarios of the field at %s, so they were not read", fieldScenarios)
	}
	return found
}

// fieldRead reads one folder.
func fieldRead(t *testing.T, folder string) *Space {
	t.Helper()
	s, err := ReadSpace(os.DirFS(filepath.Dir(folder)), filepath.Base(folder))
	if err != nil {
		t.Fatalf("%s: %v", folder, err)
	}
	return s
}

// fieldUtility is the utility of an outcome as a float, by the exact numbers.
func fieldUtility(t *testing.T, s *Space, k int, bid map[string]string) float64 {
	t.Helper()
	index, err := s.Index(portsmouth.Outcome(bid))
	if err != nil {
		t.Fatal(err)
	}
	u, _ := s.worthOf(&s.Profiles[k], index).Float64()
	return u
}

func fieldProfile(t *testing.T, s *Space, name string) int {
	t.Helper()
	for k := range s.Profiles {
		if s.Profiles[k].Name == name {
			return k
		}
	}
	t.Fatalf("no profile %s in %s", name, s.Name)
	return 0
}

// specials is what the GeniusWeb folders say of their own bids.
type specials struct {
	Size          int
	SocialWelfare specialBid   `json:"social_welfare"`
	Nash          specialBid   `json:"nash"`
	Kalai         specialBid   `json:"kalai"`
	Front         []specialBid `json:"pareto_front"`
}

type specialBid struct {
	Bid     map[string]string
	Utility []float64
}

func TestGeniusWebFieldScenarios(t *testing.T) {
	bids := 0
	for _, folder := range fieldFolders(t, "__gw") {
		s := fieldRead(t, folder)
		if len(s.Profiles) != 2 || s.Format != GeniusWeb {
			t.Errorf("%s: %d profiles, format %s", folder, len(s.Profiles), s.Format)
		}
		var sp specials
		raw, err := os.ReadFile(filepath.Join(folder, "specials.json"))
		if err != nil {
			continue
		}
		if err := json.Unmarshal(raw, &sp); err != nil {
			t.Fatal(err)
		}
		for _, b := range append(sp.Front, sp.Nash, sp.Kalai, sp.SocialWelfare) {
			for k, want := range b.Utility {
				bids++
				if got := fieldUtility(t, s, k, b.Bid); math.Abs(got-want) > 1e-9 {
					t.Errorf("%s: %v is worth %v to party %d, its own list says %v", folder, b.Bid, got, k, want)
				}
			}
		}
	}
	if bids < 500 {
		t.Errorf("only %d utilities were compared", bids)
	}
}

func TestNegoLogFieldScenarios(t *testing.T) {
	bids := 0
	for _, folder := range fieldFolders(t, "__nl") {
		s := fieldRead(t, folder)
		raw, err := os.ReadFile(filepath.Join(folder, "specs.json"))
		if err != nil {
			t.Fatal(err)
		}
		var specs map[string]any
		if err := json.Unmarshal(raw, &specs); err != nil {
			t.Fatal(err)
		}
		for _, point := range []string{"Nash", "Kalai"} {
			bid := map[string]string{}
			switch b := specs[point+"Bid"].(type) {
			case map[string]any:
				for k, v := range b {
					bid[k] = v.(string)
				}
			case string:
				if err := json.Unmarshal([]byte(strings.ReplaceAll(b, "'", `"`)), &bid); err != nil {
					t.Fatal(err)
				}
			}
			for _, side := range []string{"A", "B"} {
				want, ok := specs[point+"_"+side].(float64)
				if !ok {
					continue
				}
				bids++
				if got := fieldUtility(t, s, fieldProfile(t, s, "profile"+side), bid); math.Abs(got-want) > 1e-9 {
					t.Errorf("%s: the %s bid is worth %v to %s, its own list says %v", folder, point, got, side, want)
				}
			}
		}
	}
	if bids < 100 {
		t.Errorf("only %d utilities were compared", bids)
	}
}

func TestNegMASFieldScenarios(t *testing.T) {
	n := 0
	for _, folder := range fieldFolders(t, "__yaml") {
		s := fieldRead(t, folder)
		entries, _ := os.ReadDir(folder)
		if len(s.Profiles) != len(entries)-1 {
			t.Errorf("%s: %d profiles of %d files", folder, len(s.Profiles), len(entries))
		}
		n++
	}
	t.Logf("%d folders", n)
}

// fieldFormats are the formats that are written.
var fieldFormats = []Format{GeniusWeb, NegMAS, NegoLog, CSV}

// fieldAgain writes a space and reads it back.
func fieldAgain(t *testing.T, s *Space, format Format) (*Space, *Space) {
	t.Helper()
	fit, err := s.Fit(format)
	if err != nil {
		if portsmouth.KindOf(err) != portsmouth.Invalid {
			t.Errorf("%s as %s: %v is not an error for people", s.Name, format, err)
		}
		t.Logf("%s as %s: %v", s.Name, format, err)
		return nil, nil
	}
	files, err := s.Files(format)
	if err != nil {
		t.Fatalf("%s as %s: %v", s.Name, format, err)
	}
	dir := t.TempDir()
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	back, err := ReadSpace(os.DirFS(dir), ".")
	if err != nil {
		t.Fatalf("%s as %s: %v\n%s", s.Name, format, err, files[len(files)-1].Data)
	}
	return fit, back
}

// fieldSame compares every part-worth of two spaces; the second may be on another scale.
func fieldSame(t *testing.T, what string, a, b *Space) {
	t.Helper()
	if len(a.Issues) != len(b.Issues) || len(a.Profiles) != len(b.Profiles) {
		t.Fatalf("%s: %d issues and %d parties, then %d and %d", what, len(a.Issues), len(a.Profiles), len(b.Issues), len(b.Profiles))
	}
	factor := big.NewRat(b.Scale, a.Scale)
	near := func(x, y *big.Rat) bool {
		d := new(big.Rat).Sub(new(big.Rat).Mul(x, factor), y)
		return d.Abs(d).Cmp(big.NewRat(1, 1e15)) <= 0
	}
	used := map[int]bool{}
	for k := range a.Profiles {
		p := &a.Profiles[k]
		to := -1
		for l := range b.Profiles {
			if q := &b.Profiles[l]; !used[l] && to < 0 && (q.Name == p.Name || q.Name == fileWord(p.Name, "") || b.Format == NegoLog && l == k) {
				to = l
			}
		}
		if to < 0 {
			t.Fatalf("%s: party %s was lost", what, p.Name)
		}
		used[to] = true
		q := &b.Profiles[to]
		if (p.Reservation == nil) != (q.Reservation == nil) && b.Format != NegoLog || p.Reservation != nil && !near(p.Reservation, q.Reservation) {
			t.Errorf("%s: the reservation of %s was %v and is %v", what, p.Name, p.Reservation, q.Reservation)
		}
		if p.Constant != nil && p.Constant.Sign() != 0 && (q.Constant == nil || !near(p.Constant, q.Constant)) {
			t.Errorf("%s: the constant of %s was %v and is %v", what, p.Name, p.Constant, q.Constant)
		}
		if (p.Discount == nil) != (q.Discount == nil) || p.Discount != nil && (p.Discount.Factor.Cmp(q.Discount.Factor) != 0 || p.Discount.Per != q.Discount.Per) {
			t.Errorf("%s: the discount of %s was %v and is %v", what, p.Name, p.Discount, q.Discount)
		}
		for i := range a.Issues {
			j := b.Issue(a.Issues[i].Name)
			if j < 0 {
				if j = b.Issue(strings.TrimSpace(a.Issues[i].Name)); j < 0 {
					t.Fatalf("%s: issue %q was lost", what, a.Issues[i].Name)
				}
			}
			x, y := a.worths(p, i), b.worths(q, j)
			if len(x) != len(y) {
				t.Fatalf("%s: issue %q had %d options and has %d", what, a.Issues[i].Name, len(x), len(y))
			}
			for o := range x {
				if v, w := new(big.Rat).Mul(x[o], p.weight(i)), new(big.Rat).Mul(y[o], q.weight(j)); !near(v, w) {
					t.Fatalf("%s: %s gave %s=%s %s, now %s", what, p.Name, a.Issues[i].Name, a.Issues[i].Options[o], v.FloatString(20), w.FloatString(20))
				}
			}
		}
	}
}

func TestFieldScenariosSurviveWriting(t *testing.T) {
	for _, ending := range []string{"__gw", "__nl", "__yaml", "__xml"} {
		for _, folder := range fieldFolders(t, ending) {
			s, err := ReadSpace(os.DirFS(filepath.Dir(folder)), filepath.Base(folder))
			if err != nil {
				if ending != "__xml" {
					t.Errorf("%s: %v", folder, err)
				}
				continue
			}
			for _, format := range fieldFormats {
				if fit, back := fieldAgain(t, s, format); back != nil {
					fieldSame(t, filepath.Base(folder)+" as "+string(format), fit, back)
				}
			}
		}
	}
}
