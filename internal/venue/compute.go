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

// computing bounds a computation, so that a close is never late by more.
const computing = 20 * time.Second

// evenly is how long a close over preferences takes at least, whether there was anything to compute or not: else its
// quickness would tell that somebody had lodged nothing.
const evenly = 300 * time.Millisecond

// computed fills in what a due command needs to know from the solver.
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
	ctx, cancel := context.WithTimeout(ctx, computing)
	defer cancel()
	found, err := Suggest(ctx, whole.Agenda, round.RoundOpened, inputs, whole.Settled(), baseline(whole))
	if err != nil {
		v.Log.Error("a round could not be computed", "error", err) // the round closes without a result
		return c
	}
	closing.Computed = &conference.Computed{Packages: found.Packages, Method: found.Method, Solver: solver.Version}
	return closing
}

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
