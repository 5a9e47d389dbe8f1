package scenario_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"portsmouth"
	"portsmouth/scenario"
)

// geniusField holds scenarios of the field as they were gathered, outside this repository.
const geniusField = "../../shared/data/scenarios"

// geniusRefused are those that cannot be read, with the reason.
var geniusRefused = map[string]string{
	"genius-nonlinear__S-1NAGUNL-114__xml": "there is no profile",
	"genius-nonlinear__S-1NAGUNL-128__xml": "there is no profile",
	"genius-nonlinear__S-1NAGUNL-255__xml": "there is no profile",
	"genius-nonlinear__S-1NIKFRT-3__xml":   "there is no profile",
	"misc__LaptopConv__xml":                "Laptop-C-prof2.xml: line 3: “Dell” of issue “0” has no evaluation",
}

// geniusFrontiers are the distinct undominated points of two or three parties by exact numbers. All but Energy's are those
// that GENIUS 10.4 finds; on Energy sums of floats split ties, so that GENIUS counts 210.
var geniusFrontiers = map[string]int{
	"anac2011__NiceOrDie__xml": 3, "anac2010__ItexvsCypress__xml": 18, "anac2011__IS_BT_Acquisition__xml": 17,
	"anac2010__EnglandZimbabwe__xml": 25, "anac2011__Grocery__xml": 7, "anac2011__Camera__xml": 16, "anac2011__Car__xml": 53,
	"anac2010__Travel__xml": 12, "anac2011__Energy__xml": 204, "anac2015__group2-dinner__xml": 47,
}

func TestGeniusFieldScenarios(t *testing.T) {
	found, _ := filepath.Glob(filepath.Join(geniusField, "*__xml"))
	if len(found) == 0 {
		t.Skipf("SKIPPED: no scenarios of the field at %s, so they were not read", geniusField)
	}
	frontiers := 0
	for _, folder := range found {
		name := filepath.Base(folder)
		s, err := scenario.ReadSpace(os.DirFS(geniusField), name)
		if want, refused := geniusRefused[name]; refused {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v; want %s", name, err, want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(s.Profiles) > portsmouth.MaxParties {
			s.Profiles = s.Profiles[:portsmouth.MaxParties]
		}
		spaceProblem(t, s)
		if want, ok := geniusFrontiers[name]; ok {
			frontiers++
			if got := geniusFrontier(t, s); got != want {
				t.Errorf("%s: %d undominated points, want %d", name, got, want)
			}
		}
		geniusToOurs(t, s)
	}
	if frontiers != len(geniusFrontiers) {
		t.Errorf("%d frontiers of %d were compared", frontiers, len(geniusFrontiers))
	}
}

// geniusFrontier adds one issue's options after the other to what is undominated so far.
func geniusFrontier(t *testing.T, s *scenario.Space) int {
	t.Helper()
	p, _ := spaceProblem(t, s)
	front := [][]int64{make([]int64, len(p.Parties))}
	for i, n := range p.Options {
		var sums [][]int64
		for _, point := range front {
			for o := range n {
				sum := slices.Clone(point)
				for k := range sum {
					if v := p.Parties[k].Values[i]; v != nil {
						sum[k] += v[o]
					}
				}
				sums = append(sums, sum)
			}
		}
		front = geniusUndominated(sums)
	}
	return len(front)
}

func geniusUndominated(points [][]int64) [][]int64 {
	slices.SortFunc(points, func(a, b []int64) int { return slices.Compare(b, a) })
	var front [][]int64
	for _, p := range points {
		worse := slices.ContainsFunc(front, func(q []int64) bool {
			for k := range p {
				if p[k] > q[k] {
					return false
				}
			}
			return true
		})
		if !worse {
			front = append(front, p)
		}
	}
	return front
}

// geniusToOurs holds the way into our own format to its promise: written, read, and off by no more than it says.
func geniusToOurs(t *testing.T, s *scenario.Space) {
	t.Helper()
	made, err := s.Scenario()
	switch {
	case s.Profiles[0].Boxes != nil:
		if portsmouth.KindOf(err) != portsmouth.Refused {
			t.Errorf("%s: hyper-rectangles in a scenario file: %v", s.Name, err)
		}
		return
	case len(s.Profiles) == 1:
		if portsmouth.RuleOf(err) != "space-party" {
			t.Errorf("%s: a scenario of one party: %v", s.Name, err)
		}
		return
	case err != nil:
		t.Errorf("%s: %v", s.Name, err)
		return
	}
	spaceReadBack(t, made)
}
