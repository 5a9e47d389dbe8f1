package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/account"
	"portsmouth/internal/demo"
	"portsmouth/internal/store"
	"portsmouth/internal/venue"
	"portsmouth/internal/words"
	"portsmouth/scenario"
)

func newReplay() *cobra.Command {
	var as, until, lang string
	c := &cobra.Command{
		Use:   "replay FOLDER --as VIEWER",
		Short: "Print the proceedings of a chronicle as one person saw them",
		Long: `Play the chronicle in a folder (scenario.yaml and chronicle.yaml) through the rules and print the proceedings as one person
saw them: a person of the scenario by id, or "public". What that person was not entitled to see is not there, nor does
anything show that it is missing.`,
		Example: `  portsmouth replay examples/portsmouth-1905 --as komura | tail
  portsmouth replay examples/portsmouth-1905 --as witte --until 1905-08-23
  portsmouth replay examples/portsmouth-1905 --as public --lang fr`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return replay(c.Context(), c.OutOrStdout(), args[0], as, until, lang)
		},
	}
	c.Flags().StringVar(&as, "as", "public", "who looks: a person's `id`, or public")
	c.Flags().StringVar(&until, "until", "", "stop at the end of this `DATE`")
	c.Flags().StringVar(&lang, "lang", "en", "the `language` to print in: "+strings.Join(words.Languages, ", "))
	return c
}

func replay(ctx context.Context, out io.Writer, folder, as, until, lang string) error {
	chronicle, err := readChronicle(folder)
	if err != nil {
		return err
	}
	stop := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	if until != "" {
		if stop, err = stopAt(chronicle, until); err != nil {
			return err
		}
	}
	view, err := replayed(ctx, chronicle, as, stop)
	if err != nil {
		return err
	}
	return printProceedings(out, view, words.For(lang).InZone(easternTime()))
}

func readChronicle(folder string) (*demo.Chronicle, error) {
	if filepath.Ext(folder) == ".yaml" { // the chronicle itself was named
		folder = filepath.Dir(folder)
	}
	file := filepath.Join(folder, "scenario.yaml")
	f, err := os.Open(file)
	if err != nil {
		return nil, portsmouth.Invalidf("", "%v", err)
	}
	defer f.Close()
	s, err := scenario.Read(file, f)
	if err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(filepath.Join(folder, "chronicle.yaml"))
	if err != nil {
		return nil, portsmouth.Invalidf("", "%v", err)
	}
	return demo.Parse(raw, s)
}

// replayed plays the chronicle in a venue of its own, which is gone afterwards.
func replayed(ctx context.Context, c *demo.Chronicle, as string, stop time.Time) (*conference.View, error) {
	folder, err := os.MkdirTemp("", "portsmouth-replay-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	s, err := store.Open(ctx, filepath.Join(folder, "replay.db"))
	if err != nil {
		return nil, err
	}
	defer s.Close()
	accounts, err := account.NewService(s, "http://localhost")
	if err != nil {
		return nil, err
	}
	cast, err := castOf(ctx, s, accounts, c)
	if err != nil {
		return nil, err
	}
	if as != "public" && cast[as] == "" {
		return nil, portsmouth.Invalidf("", "“%s” is nobody in this chronicle; choose public or one of: %s", as, strings.Join(c.People(), ", "))
	}
	v := venue.New(venue.Options{Store: s})
	r, err := demo.Open(ctx, v, c, "replay", cast)
	if err != nil {
		return nil, err
	}
	if err := r.Until(ctx, stop); err != nil {
		return nil, err
	}
	view, err := v.Look(ctx, "replay", cast[as])
	if portsmouth.KindOf(err) == portsmouth.NotFound {
		return nil, portsmouth.Refuse("", "%s may see nothing of this conference at that time", as)
	}
	return view, err
}

// printProceedings prints a line for each act and below it what was said or put.
func printProceedings(out io.Writer, view *conference.View, p words.Printer) error {
	day := ""
	for _, a := range view.Acts {
		if d := p.Date(a.At); d != day {
			day = d
			fmt.Fprintf(out, "\n%s\n", d)
		}
		fmt.Fprintf(out, "%5d  %s  %s%s\n", a.Number, p.Clock(a.At), words.Describe(p, view, a), room(p, a.Audience))
		for _, text := range said(p, view, a.Body) {
			if _, err := io.WriteString(out, indent(text)); err != nil {
				return err
			}
		}
	}
	return nil
}

// room says who could see an act, where not all delegations could.
func room(p words.Printer, a conference.Audience) string {
	switch a.Kind() {
	case "delegation", "caucus", "mediator":
		return "  [" + p.T("room."+a.Kind()) + "]"
	}
	return ""
}

// said is what an act says in its author's own words, or the terms that it puts.
func said(p words.Printer, view *conference.View, b conference.Body) []string {
	switch b := b.(type) {
	case conference.StatementMade:
		return []string{b.Text}
	case conference.StatementReleased:
		return []string{b.Text}
	case conference.PowersPresented:
		return []string{b.Text}
	case conference.InstructionsSent:
		return []string{b.Text}
	case conference.MinutesProposed:
		return []string{b.Text}
	case conference.CommuniqueProposed:
		return []string{p.In(b.Text)}
	case conference.Published:
		return []string{p.In(b.Text)}
	case conference.OfferRejected:
		return []string{b.Reason}
	case conference.OfferMade:
		return append(terms(p, view, b.All()), p.In(b.Conditions), b.Note)
	case conference.ProposalPut:
		return append(terms(p, view, b.Terms), p.In(b.Conditions), b.Note)
	}
	return nil
}

// terms says a package issue by issue.
func terms(p words.Printer, view *conference.View, o portsmouth.Outcome) []string {
	var list []string
	for _, id := range portsmouth.SortedKeys(o) {
		if i := view.Agenda.Issue(id); i != nil {
			list = append(list, p.In(i.Title)+": "+p.In(i.Label(o[id])))
		}
	}
	return list
}

const textWidth = 96

// indent sets a text under its act, broken at spaces.
func indent(text string) string {
	var out strings.Builder
	for line := range strings.Lines(strings.TrimSpace(text)) {
		width := 0
		out.WriteString("             ")
		for _, word := range strings.Fields(line) {
			n := len([]rune(word))
			if width > 0 && width+1+n > textWidth {
				out.WriteString("\n             ")
				width = 0
			}
			if width > 0 {
				out.WriteString(" ")
				width++
			}
			out.WriteString(word)
			width += n
		}
		out.WriteString("\n")
	}
	return out.String()
}
