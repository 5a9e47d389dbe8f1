package web

import (
	"cmp"
	"context"
	"math/big"
	"slices"
	"sync"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/scenario"
	"portsmouth/solver"
)

// debriefing is what an open debrief says, in numbers alone: what could have been agreed by what all have laid open.
type debriefing struct {
	study  scenario.Study
	silent []string // parties that had stated nothing, or what cannot be computed with
	unfit  error    // why nothing can be computed; nil otherwise

	now       scenario.Situation // with the floors of the moment of the agreement, or of the end
	legal     *big.Int
	settled   portsmouth.Outcome  // without an agreement: the heads that had been settled
	given     *scenario.Situation // what was still open beside them; nil where nothing was settled
	agreement portsmouth.Outcome  // nil: none was reached
	agreed    solver.Point
	gain      solver.CommonGain
	swaps     []solver.Step // from the one of fewest issues to the one of the largest gain
	zones     []zoneAt
	whatIfs   []answered
}

// zoneAt is the zone of agreement from a moment on.
type zoneAt struct {
	at     time.Time
	why    string   // "first-offer", "floor", "agreement" or "end"
	moved  []string // the parties whose floor changed then
	floors []int64  // hundredths of a point
	count  solver.Count
}

// answered is a what-if with its answer; answer is nil for one that the numbers cannot answer.
type answered struct {
	scenario.WhatIf
	answer *scenario.Answer
}

// debriefTime bounds the computation of a debrief.
const debriefTime = 20 * time.Second

// find computes a debrief from what lies open in the view.
func find(ctx context.Context, v *conference.View, asked []scenario.WhatIf) (*debriefing, error) {
	ctx, cancel := context.WithTimeout(ctx, debriefTime)
	defer cancel()
	d := &debriefing{study: scenario.Study{Agenda: v.Agenda, Preferences: map[string]*portsmouth.Preferences{}}}
	d.gather(v)
	if len(d.study.Parties) < 2 {
		return d, nil
	}
	for _, step := range []func(context.Context, *conference.View) error{d.situate, d.keep, d.compare, d.date} {
		if err := step(ctx, v); err != nil {
			if ctx.Err() != nil || portsmouth.KindOf(err) != portsmouth.Invalid {
				return nil, err
			}
			d.unfit = err
			return d, nil
		}
	}
	d.ask(ctx, asked)
	return d, nil
}

// gather takes the parties whose preferences lie open and are about the agenda.
func (d *debriefing) gather(v *conference.View) {
	for _, p := range v.Opened.Parties {
		wants, ok := v.Debrief.Preferences[p.ID]
		if !ok || v.Agenda == nil || v.Agenda.CheckPreferences(&wants) != nil {
			d.silent = append(d.silent, p.ID)
			continue
		}
		d.study.Parties = append(d.study.Parties, p.ID)
		d.study.Preferences[p.ID] = &wants
	}
}

// situate finds the frontier, the zone and the fair points with the floors of the agreement.
func (d *debriefing) situate(ctx context.Context, v *conference.View) error {
	var err error
	if d.now, err = d.study.Situation(ctx, debriefEffort, d.floorsAt(ending(v)), nil); err != nil {
		return err
	}
	d.legal, err = d.now.Problem.LegalOutcomes(ctx, debriefEffort)
	return err
}

// debriefEffort bounds what one debrief may hold.
var debriefEffort = solver.Effort{Memory: 128 << 20, Widen: true}

// ending is when there was agreement, or when it ended without.
func ending(v *conference.View) time.Time {
	if v.Baseline != nil {
		return v.BaselineAt
	}
	for _, a := range v.Acts {
		if _, ok := a.Body.(conference.BrokenOff); ok {
			return a.At
		}
	}
	return v.Acts[len(v.Acts)-1].At
}

func (d *debriefing) floorsAt(t time.Time) []int64 {
	floors := make([]int64, len(d.study.Parties))
	for k, id := range d.study.Parties {
		floors[k] = solver.ReservationAt(d.study.Preferences[id], t)
	}
	return floors
}

// keep finds what was still open where there was no agreement, but some heads had been settled.
func (d *debriefing) keep(ctx context.Context, v *conference.View) error {
	if d.settled = v.Settled(); v.Baseline != nil || len(d.settled) == 0 {
		d.settled = nil
		return nil
	}
	given, err := d.study.Situation(ctx, debriefEffort, d.now.Floors, d.settled)
	d.given = &given
	return err
}

// compare holds the agreement against the frontier.
func (d *debriefing) compare(ctx context.Context, v *conference.View) error {
	if v.Baseline == nil {
		return nil
	}
	index, err := solver.Index(v.Agenda, v.Baseline.Package)
	if err != nil {
		return err
	}
	d.agreement, d.agreed = v.Baseline.Package, d.now.Problem.Point(index)
	d.gain = d.now.Problem.CommonGainOn(d.now.Frontier, index)
	d.swaps, err = d.now.Problem.Swaps(ctx, debriefEffort, index)
	return err
}

// date counts the zone from the first offer on, at every change of a floor, and at the end.
func (d *debriefing) date(ctx context.Context, v *conference.View) error {
	for _, m := range d.moments(v) {
		m.floors = d.floorsAt(m.at)
		if n := len(d.zones); n > 0 {
			last := d.zones[n-1].floors
			for k, id := range d.study.Parties {
				if last[k] != m.floors[k] {
					m.moved = append(m.moved, id)
				}
			}
			if len(m.moved) == 0 {
				continue
			}
		}
		var err error
		if m.count, err = d.now.Problem.CountAbove(ctx, debriefEffort, inUnits(m.floors)); err != nil {
			return err
		}
		d.zones = append(d.zones, m)
	}
	return nil
}

func inUnits(floors []int64) []int64 {
	units := make([]int64, len(floors))
	for k, f := range floors {
		if units[k] = f; f != solver.NoReservation {
			units[k] = f * (solver.AgendaUnit / 100)
		}
	}
	return units
}

// mostMoments bounds the moments at which a zone is counted.
const mostMoments = 24

func (d *debriefing) moments(v *conference.View) []zoneAt {
	end := ending(v)
	first := end
	if len(v.Offers) > 0 && v.Offers[0].At.Before(first) {
		first = v.Offers[0].At
	}
	list := []zoneAt{{at: first, why: "first-offer"}}
	for _, id := range d.study.Parties {
		for _, r := range d.study.Preferences[id].Reservations {
			if r.From.After(first) && r.From.Before(end) {
				list = append(list, zoneAt{at: r.From, why: "floor"})
			}
		}
	}
	if first.Before(end) {
		list = append(list, zoneAt{at: end, why: endedBy(v)})
	}
	slices.SortStableFunc(list, func(a, b zoneAt) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	return list[:min(len(list), mostMoments)]
}

func endedBy(v *conference.View) string {
	if v.Baseline != nil {
		return "agreement"
	}
	return "end"
}

// ask answers the what-ifs. One that has no answer, because what the parties laid open is not what it was written for, is
// left without.
func (d *debriefing) ask(ctx context.Context, asked []scenario.WhatIf) {
	for _, w := range asked {
		one := answered{WhatIf: w}
		if !w.Unanswerable {
			answer, err := d.study.Ask(ctx, debriefEffort, &w)
			if err != nil {
				continue
			}
			one.answer = answer
		}
		d.whatIfs = append(d.whatIfs, one)
	}
}

// heaviest lists the issues with a weight, the heaviest first.
func heaviest(a *portsmouth.Agenda, p *portsmouth.Preferences) []*portsmouth.Issue {
	var list []*portsmouth.Issue
	for k := range a.Issues {
		if p.Weights[a.Issues[k].ID] > 0 {
			list = append(list, &a.Issues[k])
		}
	}
	slices.SortStableFunc(list, func(x, y *portsmouth.Issue) int { return cmp.Compare(p.Weights[y.ID], p.Weights[x.ID]) })
	return list
}

// debriefCache keeps the last debriefs that were computed. What they are computed from lies open to all who may ask, and
// never changes; without the cache a class that opens the page would compute it thirty times.
type debriefCache struct {
	mu   sync.Mutex
	kept []*keptDebrief // the one asked for last at the end
}

// keptDebrief is locked while it is computed, so that those who ask at once wait for one computation.
type keptDebrief struct {
	key   string
	mu    sync.Mutex
	found *debriefing
}

// debriefsKept bounds the cache.
const debriefsKept = 16

// of returns the debrief of a view in which it is open.
func (c *debriefCache) of(ctx context.Context, turns *pace, v *conference.View, asked []scenario.WhatIf) (*debriefing, error) {
	one := c.entry(debriefKey(v))
	one.mu.Lock()
	defer one.mu.Unlock()
	if one.found == nil {
		leave, err := turns.enter(ctx, "debrief/"+one.key)
		if err != nil {
			return nil, err
		}
		defer leave()
		found, err := find(ctx, v, asked)
		if err != nil {
			return nil, err
		}
		one.found = found
	}
	return one.found, nil
}

func (c *debriefCache) entry(key string) *keptDebrief {
	c.mu.Lock()
	defer c.mu.Unlock()
	one := &keptDebrief{key: key}
	if at := slices.IndexFunc(c.kept, func(k *keptDebrief) bool { return k.key == key }); at >= 0 {
		one = c.kept[at]
		c.kept = slices.Delete(c.kept, at, at+1)
	}
	c.kept = append(c.kept, one)
	if len(c.kept) > debriefsKept {
		c.kept = slices.Delete(c.kept, 0, len(c.kept)-debriefsKept)
	}
	return one
}
