package solver_test

import (
	"context"
	"os"
	"testing"

	"portsmouth/examples"
	"portsmouth/scenario"
	"portsmouth/solver"
)

// scenarios are those of the field as they were gathered, outside this repository.
const scenarios = "../../shared/data/scenarios"

// BenchmarkField measures the frontier alone of scenarios that other tools were measured on; reading is not counted.
func BenchmarkField(b *testing.B) {
	for name, folder := range map[string]string{
		"itex-cypress": "anac2010__ItexvsCypress__xml", "grocery": "anac2011__Grocery__xml", "car": "anac2011__Car__xml",
		"travel": "anac2010__Travel__xml", "energy": "anac2011__Energy__xml", "smart-grid-3-parties": "anac2016__AgentHp2__yaml",
	} {
		b.Run(name, func(b *testing.B) {
			if _, err := os.Stat(scenarios + "/" + folder); err != nil {
				b.Skip("the scenarios gathered from the field are not beside this repository")
			}
			space, err := scenario.ReadSpace(os.DirFS(scenarios), folder)
			if err != nil {
				b.Fatal(err)
			}
			p, _, err := space.Problem()
			if err != nil {
				b.Fatal(err)
			}
			benchFrontier(b, p)
		})
	}
}

func benchFrontier(b *testing.B, p *solver.Problem) {
	b.ReportAllocs()
	points := 0
	for b.Loop() {
		f, err := p.Frontier(context.Background(), solver.Effort{})
		if err != nil {
			b.Fatal(err)
		}
		points = len(f.Points)
	}
	b.ReportMetric(float64(points), "points")
}

// Benchmark1905 measures what the debrief of 1905 needs: the frontier with the condition on the payment, the zone of 28
// August, the swap that was left on the table.
func Benchmark1905(b *testing.B) {
	file, err := examples.Files.Open("portsmouth-1905/scenario.yaml")
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	s, err := scenario.Read("scenario.yaml", file)
	if err != nil {
		b.Fatal(err)
	}
	p, err := solver.FromAgenda(&s.Agenda, []solver.Want{
		{Party: "japan", Preferences: s.Preferences["japan"], Reservation: 5921}, {Party: "russia", Preferences: s.Preferences["russia"], Reservation: 7138},
	})
	if err != nil {
		b.Fatal(err)
	}
	o, err := s.Package("actual")
	if err != nil {
		b.Fatal(err)
	}
	actual, err := solver.Index(&s.Agenda, o)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("frontier", func(b *testing.B) { benchFrontier(b, p) })
	b.Run("zone-count", func(b *testing.B) {
		for b.Loop() {
			if _, err := p.CountAbove(context.Background(), solver.Effort{}, p.Floors()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("swaps", func(b *testing.B) {
		for b.Loop() {
			if _, err := p.Swaps(context.Background(), solver.Effort{}, actual); err != nil {
				b.Fatal(err)
			}
		}
	})
}
