package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/venue"
)

func newRecheck() *cobra.Command {
	return &cobra.Command{
		Use:   "recheck FILE…",
		Short: "Check a closed round again: what was lodged, and what was made of it",
		Long: `Check a round again that has closed, with no server at hand. Each party downloads its file from the round's page and gives
it to a checker whom all trust; the mediator adds the file with what was suggested. From these files together:

  - what each party lodged is what it had committed to, not a figure changed
  - what was suggested is what the close committed to, by the rule that had been announced
  - computed again from what was lodged, the same comes out, in the same order

A party's file shows what that party wants. Whoever holds all of them knows what each wants: choose the checker accordingly.
The exit status is 0 when everything could be checked and holds, 1 when something does not hold or is missing, 2 when a file
cannot be read. Whether the commitments are those of the conference, its round page and its record say: compare them.

The form of the files is described in docs/spec/recheck.md.`,
		Example: `  portsmouth recheck north.json south.json mediator.json`,
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return recheck(c.Context(), c.OutOrStdout(), args) },
	}
}

func recheck(ctx context.Context, out io.Writer, files []string) error {
	f, err := readRound(files)
	if err != nil {
		return err
	}
	r := &rechecking{out: out, file: f}
	fmt.Fprintf(out, "Conference %s, round %s: %s\n", f.Conference, f.Round.Round, f.Round.Type)
	r.entries()
	if f.Round.Computes() {
		r.suggestion()
		err = r.again(ctx)
	} else {
		err = r.result()
	}
	if err != nil {
		return err
	}
	if r.failed > 0 {
		fmt.Fprintf(out, "%d of %d checks failed or could not be made.\n", r.failed, r.made)
		return errSaid
	}
	_, err = fmt.Fprintf(out, "All %d checks hold. Compare the commitments with those on the round's page.\n", r.made)
	return err
}

// readRound reads files of the same round and joins them.
func readRound(files []string) (*conference.RoundFile, error) {
	var all *conference.RoundFile
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, portsmouth.Invalidf("", "%v", err)
		}
		f, err := conference.ReadRoundFile(data)
		if err != nil {
			return nil, portsmouth.Invalidf("", "%s: %v", name, err)
		}
		if all == nil {
			all = f
		} else if err := all.Join(f); err != nil {
			return nil, portsmouth.Refuse("", "%s and %s: %v", files[0], name, err)
		}
	}
	return all, nil
}

// rechecking says each step as it is made.
type rechecking struct {
	out          io.Writer
	file         *conference.RoundFile
	made, failed int
	unopened     bool // what some party lodged is missing, or not what it committed to
}

func (r *rechecking) say(holds bool, format string, args ...any) {
	mark := "✓"
	r.made++
	if !holds {
		mark = "✗"
		r.failed++
	}
	fmt.Fprintf(r.out, "%s %s\n", mark, fmt.Sprintf(format, args...))
}

func (r *rechecking) entries() {
	for _, c := range r.file.Closed.Commitments {
		switch {
		case !r.file.Round.Asks(c.Party):
			r.say(r.file.Input(c.Party) == nil, "%s: was not asked (commitment %s)", c.Party, c.Commitment)
		case r.file.Input(c.Party) == nil:
			r.say(false, "%s: what it lodged is in none of the files; ask %s for its file (commitment %s)", c.Party, c.Party, c.Commitment)
			r.unopened = true
		case !r.file.Opens(c):
			r.say(false, "%s: payload and salt are not what was committed to (commitment %s)", c.Party, c.Commitment)
			r.unopened = true
		default:
			r.say(true, "%s: lodged what it had committed to (commitment %s)", c.Party, c.Commitment)
		}
	}
}

// suggestion checks what the file shows of it against the close and the announced rule.
func (r *rechecking) suggestion() {
	f := r.file
	switch {
	case !f.Closed.Met && f.Suggested == nil:
		return
	case f.Suggested == nil:
		r.say(false, "suggestion: it is in none of the files; ask the mediator for the file (commitment %s)", f.Closed.Computed)
		return
	case !f.SuggestedOpens():
		r.say(false, "suggestion: packages and salt are not what the close committed to (commitment %s)", f.Closed.Computed)
	default:
		r.say(true, "suggestion: what the close committed to (commitment %s)", f.Closed.Computed)
	}
	if f.Round.Type != conference.DirectionRound {
		r.say(f.Suggested.Fairness == f.Round.Fairness, "rule: announced was “%s”, used was “%s”", f.Round.Fairness, f.Suggested.Fairness)
	}
	r.say(f.Suggested.Agenda == f.Agenda.Version, "agenda: version %d, used was %d", f.Agenda.Version, f.Suggested.Agenda)
	here := venue.SolverOf(f.Round.Type)
	r.say(f.Suggested.Solver == here, "solver: version %s here, used was %s", here, f.Suggested.Solver)
}

// again computes the round from what was lodged.
func (r *rechecking) again(ctx context.Context) error {
	f := r.file
	if r.unopened {
		r.say(false, "computed again: not possible without what every party lodged")
		return nil
	}
	inputs, err := f.Frozen()
	if err != nil {
		return err
	}
	found, err := venue.Suggest(ctx, f.Agenda, f.Round, inputs, f.Settled, f.Baseline)
	if err != nil {
		return err
	}
	switch {
	case f.Suggested == nil:
		r.say(f.Closed.Met == (len(found.Packages) > 0), "computed again: %s; the round was %s", packages(len(found.Packages)), met(f.Closed.Met))
	case samePackages(found.Packages, f.Suggested.Packages) && found.Method == f.Suggested.Method:
		r.say(true, "computed again: the same %s (%s)", packages(len(found.Packages)), found.Method)
	default:
		r.say(false, "computed again: not what was suggested (%s)", found.Method)
	}
	for k, p := range found.Packages {
		fmt.Fprintf(r.out, "    %d  %s\n", k+1, p)
	}
	return nil
}

// result applies the announced rule of a round without preferences.
func (r *rechecking) result() error {
	f := r.file
	if r.unopened {
		r.say(false, "result: cannot be worked out without what every party lodged")
		return nil
	}
	terms, err := f.Result()
	if err != nil {
		return err
	}
	if terms == nil || !f.Closed.Met {
		r.say((terms != nil) == f.Closed.Met, "result: by the announced rule the round is %s; it was closed as %s", met(terms != nil), met(f.Closed.Met))
		return nil
	}
	r.say(terms.Equal(f.Closed.Terms), "result: by the announced rule %s; it was closed with %s", terms, f.Closed.Terms)
	return nil
}

func samePackages(a, b []portsmouth.Outcome) bool {
	if len(a) != len(b) {
		return false
	}
	for k := range a {
		if !a[k].Equal(b[k]) {
			return false
		}
	}
	return true
}

func packages(n int) string {
	return strings.TrimSuffix(fmt.Sprintf("%d packages", n), map[bool]string{true: "s"}[n == 1])
}

func met(is bool) string {
	if is {
		return "met"
	}
	return "not met"
}
