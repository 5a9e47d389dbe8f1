package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"portsmouth"
	"portsmouth/solver"
)

// solveOptions are the flags of solve.
type solveOptions struct {
	rules, parties, given, fix, reserve, power []string
	as, on, svg, output                        string
	whatIf                                     string
	epsilon                                    float64
	memory                                     int64
	seed                                       uint64
	timeout                                    time.Duration
	json, csv, all, exact, times               bool
}

func newSolve() *cobra.Command {
	var o solveOptions
	c := &cobra.Command{
		Use:   "solve SCENARIO",
		Short: "Find the packages nobody can better, the fair ones among them, and what is left on the table",
		Long: `Find, in a scenario that says what every party wants, the packages that nobody can better without hurting someone (the
frontier), those of them that are fair by a named rule, the zone of agreement, and, for packages on the table, what all could
still gain and by which swap. Nothing is enumerated: 10^100 packages are as easily solved as a thousand, and the answer is
exact unless it says otherwise.

SCENARIO is a file or a folder, in our own format (YAML) or in that of GENIUS (XML), GeniusWeb (JSON), NegMAS (YAML), NegoLog
(JSON), or a filled table (CSV). "portsmouth inspect SCENARIO" says what is in it.

--given OFFER compares with an offer on the table: the id of a package of the scenario, first_offer.PARTY, a JSON file, or
ISSUE=OPTION,ISSUE=OPTION for every issue; after an id, such terms change it. PARTY: before it says whose it is. The word
"offers" stands for all first offers of the scenario. With the last offers of several parties it also says how many packages
give everyone at least what the others offer.
--fix ISSUE=OPTION holds issues to what has been agreed already; everything is then computed for what is left.
--what-if QUESTION answers a question of the scenario about a course that was not taken ("list" lists them): what it changes,
what it does to the zone of agreement and to the fair points.
--as PARTY prints only what that party may know: its own worth of packages, in its own terms. The frontier, the zone, counts
and common gains are left out, as each of them tells something of what the others want.

Ctrl-C, or --timeout, stops with the best found so far, marked as such.`,
		Example: `  portsmouth solve examples/portsmouth-1905/scenario.yaml
  portsmouth solve examples/portsmouth-1905/scenario.yaml --given actual        how much better could both have done?
  portsmouth solve examples/portsmouth-1905/scenario.yaml --on 1905-08-23      was there anything to agree on that day?
  portsmouth solve examples/portsmouth-1905/scenario.yaml --what-if tokyo_leak
  portsmouth solve examples/solver/lease.yaml --fix term=5 --rule nash         with five years agreed
  portsmouth solve examples/solver/lease.yaml --as tenant --given offers       a sheet for the tenant's eyes
  portsmouth solve ~/genius/Energy --json --output energy.json --svg energy.svg`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return o.run(c.Context(), args[0], c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	o.flags(c)
	return c
}

func (o *solveOptions) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringSliceVar(&o.rules, "rule", nil, "a `RULE` of fairness, repeatable: "+strings.Join(ruleNames(), ", ")+" (default the first four)")
	f.StringSliceVar(&o.parties, "parties", nil, "only these `PARTIES`, as in buyer,seller: for folders that hold more profiles than negotiate")
	f.StringArrayVar(&o.power, "power", nil, "`PARTY=N`: bargaining power for asymmetric-nash, a whole number (default 1)")
	f.StringArrayVar(&o.given, "given", nil, "an `OFFER` on the table to compare with, repeatable; or: offers")
	f.StringArrayVar(&o.fix, "fix", nil, "`ISSUE=OPTION` that is agreed already, repeatable")
	f.StringVar(&o.as, "as", "", "print only what this `PARTY` may know")
	f.StringVar(&o.on, "on", "", "take the reservations of this `DATE` (default: the last)")
	f.StringArrayVar(&o.reserve, "reserve", nil, "`PARTY=VALUE`: what no agreement is worth, in place of the file's; or none")
	f.StringVar(&o.whatIf, "what-if", "", "answer this `QUESTION` of the scenario about a course not taken; or: list")
	f.BoolVar(&o.all, "all", false, "print the whole frontier and every issue")
	f.BoolVar(&o.json, "json", false, "print one JSON object (docs/guide/solver.md)")
	f.BoolVar(&o.csv, "csv", false, "print the frontier as CSV: the worth to each party, then the option of each issue")
	f.StringVar(&o.svg, "svg", "", "write the picture to this `FILE` as well (- for standard output alone)")
	f.StringVarP(&o.output, "output", "o", "", "write to this `FILE` instead of standard output")
	f.Float64Var(&o.epsilon, "epsilon", 0, "thin the frontier: nobody's worth is understated by more than this `E`")
	f.BoolVar(&o.exact, "exact", false, "end with an error rather than with an answer that is not exact")
	f.Int64Var(&o.memory, "memory", solver.DefaultMemory>>20, "the most memory to use, in `MiB`")
	f.Uint64Var(&o.seed, "seed", 0, "choices of a search, where one is needed: the same `N`, the same answer")
	f.DurationVar(&o.timeout, "timeout", 0, "stop after this `TIME`, such as 30s, with the best so far")
	f.BoolVar(&o.times, "time", false, "print how long each phase took, on standard error")
	c.MarkFlagsMutuallyExclusive("json", "csv")
	c.MarkFlagsMutuallyExclusive("epsilon", "exact")
	c.MarkFlagsMutuallyExclusive("as", "csv")
	for _, other := range []string{"rule", "parties", "given", "fix", "reserve", "as", "on", "json", "csv", "svg", "output"} {
		c.MarkFlagsMutuallyExclusive("what-if", other) // the question says all that
	}
}

func (o *solveOptions) run(ctx context.Context, name string, out, errs io.Writer) error {
	if err := o.check(); err != nil {
		return err
	}
	if o.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.timeout)
		defer cancel()
	}
	if o.whatIf != "" {
		return o.askWhatIf(ctx, name, out)
	}
	p := newPhases(errs, o.times)
	p.begin("read")
	a, err := o.ask(name)
	if err != nil {
		return err
	}
	p.begin("problem")
	if err := a.pose(o.fix); err != nil {
		return err
	}
	offers, err := a.offersOf(o.given)
	if err != nil {
		return err
	}
	s, err := o.compute(ctx, a, offers, p)
	if err != nil {
		return err
	}
	p.begin("print")
	if err := o.print(s, out); err != nil {
		return err
	}
	p.end()
	if errors.Is(s.stopped, context.Canceled) {
		fmt.Fprintln(errs, "portsmouth: stopped; what is printed is the best found until then")
		return errSaid
	}
	return nil
}

// check refuses flags that make no sense before anything is read.
func (o *solveOptions) check() error {
	for _, r := range o.rules {
		if !slices.Contains(ruleNames(), r) {
			return portsmouth.Invalidf("", "there is no rule “%s”; there are %s", r, strings.Join(ruleNames(), ", "))
		}
	}
	switch {
	case o.epsilon < 0:
		return portsmouth.Invalidf("", "--epsilon takes a number above 0")
	case o.memory < 1 || o.memory > 1<<20:
		return portsmouth.Invalidf("", "--memory takes MiB, from 1 to %d", 1<<20)
	case o.as != "" && slices.Contains(o.rules, adjustedWinner):
		return portsmouth.Invalidf("", "%s shows the points of both parties, so it is not for --as", adjustedWinner)
	case len(o.power) > 0 && !slices.Contains(o.rules, string(solver.AsymmetricNash)):
		return portsmouth.Invalidf("", "--power is for --rule %s only", solver.AsymmetricNash)
	}
	return nil
}

// print writes what was asked for to where it was asked for.
func (o *solveOptions) print(s *solution, out io.Writer) error {
	if o.svg == "-" {
		_, err := out.Write(append(o.picture(s), '\n'))
		return err
	}
	if o.svg != "" {
		if err := os.WriteFile(o.svg, o.picture(s), 0o644); err != nil {
			return portsmouth.Invalidf("", "%v", err)
		}
	}
	if o.output == "" {
		return o.write(s, out)
	}
	f, err := os.Create(o.output)
	if err != nil {
		return portsmouth.Invalidf("", "%v", err)
	}
	return errors.Join(o.write(s, f), f.Close())
}

func (o *solveOptions) write(s *solution, out io.Writer) error {
	switch {
	case o.as != "" && o.json:
		return writeJSON(out, s.sheetDocument())
	case o.as != "":
		return s.showSheet(out)
	case o.json:
		return writeJSON(out, s.document())
	case o.csv:
		return s.writeCSV(out)
	}
	return s.show(out, o.all)
}
