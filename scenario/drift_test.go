package scenario_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"portsmouth/scenario"
	"portsmouth/solver"
)

const dated = "{from: 2026-01-01, package: halves, why: The court has said so once already.}"

// drifting is small.yaml with other words for its one reservation.
func drifting(t *testing.T, reservation string) []byte {
	t.Helper()
	raw, err := os.ReadFile(small)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(raw), dated) {
		t.Fatalf("%s has no %s", small, dated)
	}
	return []byte(strings.ReplaceAll(string(raw), dated, reservation))
}

// What no agreement is worth may move with time: the file says by how much, and writing it keeps that.
func TestDriftIsReadAndWritten(t *testing.T) {
	for said, want := range map[string]struct{ drift, after int64 }{
		"{from: 2026-01-01, value: 40}":                            {0, 4000},
		"{from: 2026-01-01, value: 40, drift: -1.5}":               {-150, 3700},
		"{from: 2026-01-01, value: 40, drift: 0.01}":               {1, 4002},
		"{from: 2026-01-01, value: 40, drift: 0}":                  {0, 4000},
		"{drift: -2, from: 2026-01-01, package: halves, why: Why}": {-200, 0},
	} {
		s, err := scenario.Parse("small.yaml", drifting(t, said))
		if err != nil {
			t.Errorf("%s: %v", said, err)
			continue
		}
		r := s.Preferences["north"].Reservations[0]
		if r.Package != nil {
			want.after = r.Value - 400
		}
		if r.Drift != want.drift || r.At(r.From.AddDate(0, 0, 60)) != want.after {
			t.Errorf("%s: drift %d and %d after 60 days, want %d and %d", said, r.Drift, r.At(r.From.AddDate(0, 0, 60)), want.drift, want.after)
		}
		var text bytes.Buffer
		if err := s.Write(&text); err != nil {
			t.Fatal(err)
		}
		again, err := scenario.Parse("again.yaml", text.Bytes())
		if err != nil {
			t.Fatalf("%s written and read: %v\n%s", said, err, text.String())
		}
		if got := again.Preferences["north"].Reservations[0]; got.Drift != r.Drift || got.Value != r.Value {
			t.Errorf("%s came back as %+v", said, got)
		}
		if strings.Contains(text.String(), "drift") != (want.drift != 0) {
			t.Errorf("%s was written as\n%s", said, text.String())
		}
	}
}

func TestDriftThatIsNone(t *testing.T) {
	for _, drift := range []string{"101", "-100.5", "0.005", "much", "[1]", "1e2"} {
		_, err := scenario.Parse("small.yaml", drifting(t, "{from: 2026-01-01, value: 40, drift: "+drift+"}"))
		if err == nil || !strings.Contains(err.Error(), "the drift of a reservation") {
			t.Errorf("a drift of %s: %v", drift, err)
		}
	}
}

// A space on a day, a file made from it, and one for another program take the drift into account or say that they do not.
func TestDriftInASpace(t *testing.T) {
	file := fstest.MapFS{"small.yaml": {Data: drifting(t, "{from: 2026-01-01, value: 40, drift: -3}")}}
	space, err := scenario.ReadSpace(file, "small.yaml")
	if err != nil {
		t.Fatal(err)
	}
	later := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) // 60 days
	p, units := spaceProblem(t, space.On(later))
	if want := 3400 * units.Unit[0] / 100; p.Parties[0].Reservation != want || p.Parties[1].Reservation != solver.NoReservation {
		t.Errorf("after 60 days the reservations are %d and %d, want %d and none", p.Parties[0].Reservation, p.Parties[1].Reservation, want)
	}
	ours, err := space.Scenario()
	if err != nil {
		t.Fatal(err)
	}
	if r := ours.Preferences["north"].Reservations[0]; r.Drift != -300 {
		t.Errorf("as a scenario it drifts by %d", r.Drift)
	}
	space.Conditions, space.Profiles[0].Terms = nil, nil
	fit, err := space.Fit(scenario.NegMAS)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(fit.Readings, "\n"), "the drift of the reservation of north is left out") {
		t.Errorf("it is lost for NegMAS without a word: %q", fit.Readings)
	}
}
