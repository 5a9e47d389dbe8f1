package venue

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"strconv"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/elicit"
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
	inputs := whole.Inputs(closing.Round)
	found, first := v.closeOf(whole, closing.Round, inputs)
	if first {
		defer close(found.done)
		found.computed = v.solve(context.WithoutCancel(ctx), whole, round, inputs)
		time.Sleep(time.Until(found.even))
	} else {
		<-found.done
	}
	closing.Computed = found.computed
	return closing
}

// computedClose is what comes out at one close. It is computed by the first who meets the close, mostly the timer. All others wait
// for the rest of that time, since what they do comes after the close.
type computedClose struct {
	basis    [sha256.Size]byte
	even     time.Time // when the close may be over
	done     chan struct{}
	computed *conference.Computed // nil: nothing; to be read when done is closed
}

// closeOf returns what comes out, and whether the caller is to compute it. Where an entry was still written after the first
// had read the log, it is computed again from what was lodged in the end, in the same time.
func (v *Venue) closeOf(whole *conference.View, round string, inputs []conference.Input) (*computedClose, bool) {
	basis := basisOf(inputs, whole.Settled(), baseline(whole))
	v.solving.Lock()
	defer v.solving.Unlock()
	key := whole.Opened.Conference + "/" + round
	known := v.closes[key]
	if known != nil && known.basis == basis {
		return known, false
	}
	if len(v.closes) >= maxCloses {
		clear(v.closes)
	}
	next := &computedClose{basis: basis, even: time.Now().Add(evenly), done: make(chan struct{})}
	if known != nil {
		next.even = known.even
	}
	v.closes[key] = next
	return next, true
}

// maxCloses bounds how many results are remembered, for the moment between computing and writing.
const maxCloses = 64

// basisOf names what a close is computed from.
func basisOf(inputs []conference.Input, settled, over portsmouth.Outcome) [sha256.Size]byte {
	raw, err := json.Marshal([]any{inputs, settled, over})
	if err != nil {
		return [sha256.Size]byte{} // it was read from JSON
	}
	return sha256.Sum256(raw)
}

// solve computes a round, one at a time. nil means that nothing was found, or that nobody can be suggested anything.
func (v *Venue) solve(ctx context.Context, whole *conference.View, round *conference.Round, inputs []conference.Input) *conference.Computed {
	if inputs == nil {
		return nil
	}
	v.computing.Lock()
	defer v.computing.Unlock()
	ctx, cancel := context.WithTimeout(ctx, computing)
	defer cancel()
	computed, err := Suggest(ctx, whole.Agenda, round.RoundOpened, inputs, whole.Settled(), baseline(whole))
	if err != nil {
		v.Log.Error("a round could not be computed", "error", err) // the round closes without a result
		return nil
	}
	return &computed
}

func baseline(whole *conference.View) portsmouth.Outcome {
	if whole.Baseline == nil {
		return nil
	}
	return whole.Baseline.Package
}

// Suggest computes a round over preferences: the same for the venue, which does it at the close, and for a checker whom
// the parties show what they froze. settled are the heads agreed so far, over is the baseline that an improvement betters.
func Suggest(ctx context.Context, a *portsmouth.Agenda, round conference.RoundOpened, inputs []conference.Input, settled, over portsmouth.Outcome) (conference.Computed, error) {
	if round.Type == conference.DirectionRound {
		return directions(ctx, a, round, inputs, settled)
	}
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
	found, err := solver.Suggest(ctx, r)
	return conference.Computed{Packages: found.Packages, Method: found.Method, Solver: SolverOf(round.Type)}, err
}

// SolverOf names the version of what computes a round of that type.
func SolverOf(kind conference.RoundType) string {
	if kind == conference.DirectionRound {
		return elicit.Version
	}
	return solver.Version
}

// Directions is the method by which steps better for all are found.
const Directions = "directions"

// mostSteps is how many steps are laid on the mediator's desk.
const mostSteps = 3

// directions looks for steps from the round's base that are likely better for every party.
func directions(ctx context.Context, a *portsmouth.Agenda, round conference.RoundOpened, inputs []conference.Input, settled portsmouth.Outcome) (conference.Computed, error) {
	computed := conference.Computed{Method: Directions, Solver: SolverOf(round.Type)}
	var judges []elicit.Judge
	for k := range inputs {
		judge, err := judgeOf(ctx, a, round.Round, &inputs[k])
		if err != nil {
			return computed, err
		}
		judges = append(judges, judge)
	}
	found, err := elicit.Improvements(ctx, a, round.Base, settled, mostSteps, judges...)
	for k := range found {
		computed.Packages = append(computed.Packages, round.Base.With(found[k].Change))
	}
	return computed, err
}

// judgeOf is a party's mind, as far as it froze it: thought out anew from its answers, or the preferences that it stated.
func judgeOf(ctx context.Context, a *portsmouth.Agenda, round string, in *conference.Input) (elicit.Judge, error) {
	if in.Answers == nil {
		return elicit.Stated{Preferences: &in.Preferences, Ranges: in.Ranges}, nil
	}
	var answers elicit.Answers
	for k, body := range in.Answers {
		var x elicit.Answer
		if json.Unmarshal(body, &x) != nil {
			continue // whatever was stored by other means than the screens says nothing
		}
		x.ID = strconv.Itoa(k)
		answers = append(answers, x)
	}
	return thought(ctx, a, answers, seedOf(round, in.Party))
}

// thought does not wait beyond ctx's end for a mind that takes too long: a close may not tell by its time how much there was
// to think about.
func thought(ctx context.Context, a *portsmouth.Agenda, answers elicit.Answers, seed uint64) (elicit.Judge, error) {
	type found struct {
		mind *elicit.Mind
		err  error
	}
	done := make(chan found, 1)
	go func() {
		mind, err := elicit.Think(a, answers, seed)
		done <- found{mind, err}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case f := <-done:
		return f.mind, f.err
	}
}

// seedOf is the same for all who compute a round, and no party can choose it.
func seedOf(round, party string) uint64 {
	sum := sha256.Sum256([]byte(round + "\n" + party))
	return binary.BigEndian.Uint64(sum[:])
}
