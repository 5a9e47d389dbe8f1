package venue

import (
	"context"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/solver"
)

// The one place where the venue computes with what the parties want: at the close of a round over preferences, from what
// they froze for it, by the rule they agreed on. The result goes into the event; nothing else is kept or shown.

// evenly is how long a close over preferences takes at least, whether there was anything to compute or not: else its
// quickness would tell that somebody had lodged nothing. computing bounds the computation well below it, for the same
// reason: what is not found in time is not found.
const (
	evenly    = 4 * time.Second
	computing = 3500 * time.Millisecond
)

// computed fills in what a due command needs to know from the solver. It does not depend on ctx's end: whoever's request
// happens to come first at a close, and hangs up, must not spoil it.
func (v *Venue) computed(ctx context.Context, whole *conference.View, c conference.Command) conference.Command {
	closing, ok := c.(conference.CloseRound)
	if !ok {
		return c
	}
	round := whole.Round(closing.Round)
	if round == nil || !round.Computes() {
		return c
	}
	even := time.After(evenly)
	defer func() { <-even }()
	inputs := whole.Inputs(closing.Round)
	if inputs == nil {
		return c
	}
	closing.Computed = v.solve(context.WithoutCancel(ctx), whole, round, inputs)
	return closing
}

// solve computes a round: one at a time, and once for all who meet the same close. nil means that nothing was found.
func (v *Venue) solve(ctx context.Context, whole *conference.View, round *conference.Round, inputs []conference.Input) *conference.Computed {
	v.solving.Lock()
	defer v.solving.Unlock()
	key := whole.Opened.Conference + "/" + round.Round
	if found, done := v.solved[key]; done {
		return found
	}
	ctx, cancel := context.WithTimeout(ctx, computing)
	defer cancel()
	var computed *conference.Computed
	found, err := Suggest(ctx, whole.Agenda, round.RoundOpened, inputs, whole.Settled(), baseline(whole))
	if err != nil {
		v.Log.Error("a round could not be computed", "error", err) // the round closes without a result
	} else {
		computed = &conference.Computed{Packages: found.Packages, Method: found.Method, Solver: solver.Version}
	}
	if len(v.solved) >= maxSolved {
		clear(v.solved)
	}
	v.solved[key] = computed
	return computed
}

// maxSolved bounds how many results are remembered, for the moment between computing and writing.
const maxSolved = 64

func baseline(whole *conference.View) portsmouth.Outcome {
	if whole.Baseline == nil {
		return nil
	}
	return whole.Baseline.Package
}

// Suggest computes a round over preferences: the same for the venue, which does it at the close, and for a checker whom
// the parties show what they froze. settled are the heads agreed so far, over is the baseline that an improvement betters.
func Suggest(ctx context.Context, a *portsmouth.Agenda, round conference.RoundOpened, inputs []conference.Input, settled, over portsmouth.Outcome) (solver.Suggestion, error) {
	r := solver.Request{Agenda: a, Rule: solver.Rule(round.Fairness), Settled: settled}
	if round.Type == conference.ImprovementRound {
		r.Over, r.MinGain = over, round.MinGain
	}
	for k := range inputs {
		in := &inputs[k]
		want := solver.Want{Party: in.Party, Preferences: &in.Preferences, Reservation: solver.NoReservation}
		if in.Reservation != nil {
			want.Reservation = *in.Reservation
		}
		r.Wants = append(r.Wants, solver.RangedWant{Want: want, Ranges: in.Ranges})
	}
	return solver.Suggest(ctx, r)
}
