package solver_test

import (
	"reflect"
	"slices"
	"testing"

	"portsmouth/solver"
)

// TestAccountHoldsOneParty looks at the shape of an Account: every number in it is one number, or one an issue, and
// Explain is handed one Party. A type that names parties in the plural, or holds a Problem, a Point or a Party, fails.
func TestAccountHoldsOneParty(t *testing.T) {
	f := reflect.TypeOf(solver.Explain)
	parties := 0
	for n := range f.NumIn() {
		switch f.In(n) {
		case reflect.TypeFor[*solver.Party]():
			parties++
		case reflect.TypeFor[[]int](), reflect.TypeFor[int](), reflect.TypeFor[solver.References]():
		default:
			t.Errorf("Explain takes a %s, which could bring another's numbers", f.In(n))
		}
	}
	if parties != 1 {
		t.Errorf("Explain takes %d parties", parties)
	}
	explainOnly(t, reflect.TypeFor[solver.References](), map[string]string{"OwnLast": "[]int", "TheirLast": "[]int"})
	explainOnly(t, reflect.TypeFor[solver.Account](), map[string]string{
		"Party": "int", "Unit": "int64", "Utility": "int64", "Reservation": "int64", "Gain": "int64", "Together": "int64",
		"ByIssue": "[]solver.IssueGain", "AgainstOwnLast": "*solver.Against", "AgainstTheirLast": "*solver.Against",
	})
	explainOnly(t, reflect.TypeFor[solver.IssueGain](), map[string]string{
		"Issue": "int", "Option": "int", "Worth": "int64", "Best": "int64", "Worst": "int64",
	})
	explainOnly(t, reflect.TypeFor[solver.Against](), map[string]string{
		"Outcome": "[]int", "Total": "int64", "ByIssue": "[]int64", "Together": "int64",
	})
}

func explainOnly(t *testing.T, typ reflect.Type, allowed map[string]string) {
	t.Helper()
	for n := range typ.NumField() {
		if field := typ.Field(n); allowed[field.Name] != field.Type.String() {
			t.Errorf("%s.%s of type %s is new: say here why it cannot hold another's numbers", typ, field.Name, field.Type)
		}
	}
	if typ.NumField() != len(allowed) {
		t.Errorf("%s has %d fields, %d are known here", typ, typ.NumField(), len(allowed))
	}
}

func TestExplain(t *testing.T) {
	own := &solver.Party{
		Values: [][]int64{{0, 5, 9}, nil, {4, -2}}, Tables: []solver.Table{{Issues: []int{0, 2}, Values: []int64{0, 0, 0, 7, 0, 0}}},
		Base: 1, Cap: solver.NoCap, Reservation: 6, Unit: 1,
	}
	options := []int{3, 2, 2}
	a := solver.Explain(options, 1, own, []int{1, 1, 1}, solver.References{OwnLast: []int{2, 0, 0}})
	if a.Party != 1 || a.Utility != 1+5-2+7 || a.Gain != 5 || a.Together != 8 || a.AgainstTheirLast != nil {
		t.Errorf("the account is %+v", a)
	}
	want := []solver.IssueGain{{Issue: 0, Option: 1, Worth: 5, Best: 9}, {Issue: 1, Option: 1}, {Issue: 2, Option: 1, Worth: -2, Best: 4, Worst: -2}}
	if !slices.Equal(a.ByIssue, want) {
		t.Errorf("by issue %+v", a.ByIssue)
	}
	if last := a.AgainstOwnLast; last == nil || last.Total != 11-14 || !slices.Equal(last.ByIssue, []int64{-4, 0, -6}) || last.Together != 7 {
		t.Errorf("against its own last offer %+v", last)
	}
	own.Reservation = solver.NoReservation
	if a = solver.Explain(options, 1, own, []int{1, 1, 1}, solver.References{TheirLast: []int{1, 1, 1}}); a.Gain != 0 || a.AgainstTheirLast.Total != 0 {
		t.Errorf("without a reservation %+v", a)
	}
}

// TestExplainAddsUp holds the parts of an account against the whole on random problems.
func TestExplainAddsUp(t *testing.T) {
	for seed := range uint64(500) {
		p := twinProblem(twinSeed(seed), 100)
		tw := newTwin(p)
		if len(tw.legal) < 2 {
			continue
		}
		now, before := tw.legal[0], tw.legal[len(tw.legal)-1]
		for k := range p.Parties {
			a := solver.Explain(p.Options, k, &p.Parties[k], now.Outcome, solver.References{TheirLast: before.Outcome})
			sum, change := a.Together, a.AgainstTheirLast.Together
			for i, g := range a.ByIssue {
				sum += g.Worth
				change += a.AgainstTheirLast.ByIssue[i]
			}
			if a.Utility != now.Utility[k] || sum != a.Utility || change != now.Utility[k]-before.Utility[k] || change != a.AgainstTheirLast.Total {
				t.Fatalf("seed %d: %+v for %+v after %+v", seed, a, now, before)
			}
		}
	}
}
