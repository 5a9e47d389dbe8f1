package web

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/scenario"
)

// newIssues is how many issues one form can add.
const newIssues = 3

// agendaFrom reads an agenda: the convener's draft or a scenario file as a whole, or the agenda as it is, less the issues ticked to go, with
// those that are written down anew.
func agendaFrom(f fields, v *conference.View) (conference.Command, error) {
	if f.set("draft") && v.Opened.Draft != nil {
		return conference.ProposeAgenda{Agenda: *v.Opened.Draft}, nil
	}
	if raw := f.prose("scenario"); raw != "" {
		s, err := scenario.Parse("scenario", []byte(raw))
		if err != nil {
			return nil, portsmouth.Invalidf("scenario", "%v", err)
		}
		return conference.ProposeAgenda{Agenda: s.Agenda, Why: f.prose("why")}, nil
	}
	agenda := startingAgenda(v)
	agenda.Issues = slices.DeleteFunc(agenda.Issues, func(i portsmouth.Issue) bool { return f.set("remove." + i.ID) })
	agenda.Conditions = slices.DeleteFunc(agenda.Conditions, func(c portsmouth.Condition) bool { return namesMissing(&agenda, c) })
	for n := range newIssues {
		issue, given, err := f.issue(fmt.Sprintf("new.%d", n), v.Opened.Languages, &agenda)
		if err != nil {
			return nil, err
		}
		if given {
			agenda.Issues = append(agenda.Issues, issue)
		}
	}
	return conference.ProposeAgenda{Agenda: agenda, Why: f.prose("why")}, nil
}

// startingAgenda is a copy of the agenda before all, or of the one in force, or an empty one.
func startingAgenda(v *conference.View) portsmouth.Agenda {
	agenda := portsmouth.Agenda{Languages: v.Opened.Languages}
	switch {
	case v.AgendaVote != nil:
		agenda = v.AgendaVote.Agenda
	case v.Agenda != nil:
		agenda = *v.Agenda
	}
	agenda.Issues = slices.Clone(agenda.Issues)
	agenda.Conditions = slices.Clone(agenda.Conditions)
	return agenda
}

// namesMissing reports whether a condition names an issue that is no longer there.
func namesMissing(agenda *portsmouth.Agenda, c portsmouth.Condition) bool {
	return slices.ContainsFunc(slices.Concat(c.If, c.Then), func(t portsmouth.Term) bool { return agenda.Issue(t.Issue) == nil })
}

// issue reads one new issue: a title, and either options, one a line, in each language, or the bounds of a number.
func (f fields) issue(name string, languages []string, agenda *portsmouth.Agenda) (portsmouth.Issue, bool, error) {
	title := f.text(name+".title", languages)
	if len(title) == 0 {
		return portsmouth.Issue{}, false, nil
	}
	issue := portsmouth.Issue{
		ID: freeID(title.In(languages...), func(id string) bool { return agenda.Issue(id) != nil }), Title: title, Kind: portsmouth.Discrete,
	}
	if f.prose(name+".max") != "" {
		number, err := f.numberRange(name, languages)
		issue.Kind, issue.Number = portsmouth.Numeric, number
		return issue, true, err
	}
	options, err := f.options(name, languages)
	issue.Options = options
	return issue, true, err
}

func (f fields) numberRange(name string, languages []string) (*portsmouth.Number, error) {
	n := &portsmouth.Number{Unit: f.text(name+".unit", languages)}
	for _, part := range []struct {
		field, otherwise string
		to               *string
	}{{"min", "0", &n.Min}, {"max", "", &n.Max}, {"step", "1", &n.Step}} {
		given := f.prose(name + "." + part.field)
		if given == "" {
			given = part.otherwise
		}
		value, err := decimalOf(given)
		if err != nil {
			return nil, err
		}
		*part.to = value
	}
	return n, nil
}

// options reads one option a line. Each language has as many lines, in the same order.
func (f fields) options(name string, languages []string) ([]portsmouth.Option, error) {
	var options []portsmouth.Option
	for k, l := range languages {
		lines := strings.FieldsFunc(f.prose(name+".options."+l), func(r rune) bool { return r == '\n' })
		if k > 0 && len(lines) != len(options) {
			return nil, portsmouth.Invalidf("issue-options", "give as many options in each language, one a line, in the same order")
		}
		for n, line := range lines {
			if k == 0 {
				options = append(options, portsmouth.Option{Label: portsmouth.Text{}})
			}
			options[n].Label[l] = strings.TrimSpace(line)
		}
	}
	for n := range options {
		options[n].ID = freeID(options[n].Label.In(languages...), func(id string) bool {
			return slices.ContainsFunc(options[:n], func(o portsmouth.Option) bool { return o.ID == id })
		})
	}
	return options, nil
}

// freeID makes an id out of words: what is no ASCII letter or digit becomes "_", and a number is added when it is taken.
func freeID(words string, taken func(string) bool) string {
	var b strings.Builder
	for _, r := range strings.ToLower(words) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.IsLetter(r) || b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
		if b.Len() >= 40 {
			break
		}
	}
	base := strings.Trim(b.String(), "_")
	if base == "" {
		base = "item"
	}
	id := base
	for n := 2; taken(id); n++ {
		id = fmt.Sprintf("%s_%d", base, n)
	}
	return id
}

// inLanguageLabel is a label with the language in which the field is to be filled in, where there are several.
func (s *sheet) inLanguageLabel(key, lang string) string {
	label := s.T(key)
	if len(s.languages()) > 1 {
		label += " (" + s.T("language."+lang) + ")"
	}
	return label
}

// condition says a condition between issues in words.
func (s *sheet) condition(a *portsmouth.Agenda, c portsmouth.Condition) string {
	if why := s.In(c.Why); why != "" {
		return why
	}
	return s.T("agenda.condition", "if", s.termWords(a, c.If), "then", s.termWords(a, c.Then))
}

func (s *sheet) termWords(a *portsmouth.Agenda, terms []portsmouth.Term) string {
	var parts []string
	for _, t := range terms {
		i := a.Issue(t.Issue)
		if i == nil {
			continue
		}
		var ways []string
		for _, o := range t.Options {
			ways = append(ways, s.value(i, o))
		}
		if len(ways) == 0 {
			ways = []string{t.From + "–" + t.To}
		}
		parts = append(parts, s.title(i)+": "+strings.Join(ways, " / "))
	}
	return strings.Join(parts, "; ")
}
