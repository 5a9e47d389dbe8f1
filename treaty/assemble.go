package treaty

import (
	"slices"
	"strings"

	"portsmouth"
)

// Assemble writes the text of an agreed package: each article of the agenda's frame in order, its fixed text, then the
// clauses of the agreed options in the order of the issues, then what stands after them. An article without fixed text
// to which nothing writes a clause is left out, and the rest are numbered without gaps.
//
// An agenda that writes no article at all still yields a text: one article an issue, saying how it is settled.
//
// Assemble refuses an outcome that is not a whole, legal package, and texts that a document cannot hold.
func Assemble(agenda *portsmouth.Agenda, o portsmouth.Outcome, languages []string, prevails string) (Document, error) {
	if agenda == nil {
		return Document{}, portsmouth.Invalidf("agenda-given", "there is no agenda to write a text from")
	}
	if err := agenda.Validate(); err != nil {
		return Document{}, err
	}
	if err := agenda.Check(o); err != nil {
		return Document{}, err
	}
	w := writer{agenda: agenda, outcome: o, languages: languages}
	d := Document{
		Title:     w.join(agenda.Frame.Title),
		Preamble:  w.join(agenda.Frame.Preamble),
		Articles:  w.articles(),
		Closing:   w.join(agenda.Frame.Closing),
		Languages: slices.Clone(languages),
		Prevails:  prevails,
	}
	number(d.Articles)
	if err := d.Check(); err != nil {
		return Document{}, err
	}
	return d, nil
}

type writer struct {
	agenda    *portsmouth.Agenda
	outcome   portsmouth.Outcome
	languages []string
}

func (w *writer) articles() []Article {
	articles := []Article{}
	for _, f := range w.agenda.Frame.Articles {
		if a, ok := w.article(f); ok {
			articles = append(articles, a)
		}
	}
	if len(articles) > 0 {
		return articles
	}
	for k := range w.agenda.Issues {
		articles = append(articles, w.plain(&w.agenda.Issues[k]))
	}
	return articles
}

func (w *writer) article(f portsmouth.ArticleFrame) (Article, bool) {
	texts := []portsmouth.Text{f.Text}
	var from []Origin
	for k := range w.agenda.Issues {
		issue := &w.agenda.Issues[k]
		clauses := w.clauses(issue, f.ID)
		if len(clauses) > 0 {
			texts = append(texts, clauses...)
			from = append(from, Origin{Issue: issue.ID, Option: w.outcome[issue.ID]})
		}
	}
	body := w.join(append(texts, f.After)...)
	return Article{ID: f.ID, Annex: f.Annex, Heading: w.join(f.Title), Body: body, From: from}, len(body) > 0
}

// clauses are what the agreed way to settle the issue writes into one article.
func (w *writer) clauses(issue *portsmouth.Issue, article string) []portsmouth.Text {
	value := w.outcome[issue.ID]
	var texts []portsmouth.Text
	if issue.Kind != portsmouth.Numeric {
		for _, c := range issue.Option(value).Clauses {
			if c.Article == article {
				texts = append(texts, c.Text)
			}
		}
		return texts
	}
	if issue.Number.None && value == issue.Number.At(0) {
		return nil
	}
	for _, c := range issue.Number.Clauses {
		if c.Article == article {
			texts = append(texts, withValue(c.Text, value))
		}
	}
	return texts
}

func withValue(t portsmouth.Text, value string) portsmouth.Text {
	c := make(portsmouth.Text, len(t))
	for l, s := range t {
		c[l] = strings.ReplaceAll(s, "{value}", FormatNumber(value, l))
	}
	return c
}

// plain is the article of an issue for which the agenda has no words: "Coast: to the north."
func (w *writer) plain(issue *portsmouth.Issue) Article {
	body := portsmouth.Text{}
	for _, l := range w.languages {
		colon := ": "
		if strings.HasPrefix(l+"-", "fr-") {
			colon = "\u00a0: "
		}
		body[l] = strings.TrimRight(issue.Title[l], ". ") + colon + strings.TrimRight(w.settled(issue, l), ". ") + "."
	}
	from := []Origin{{Issue: issue.ID, Option: w.outcome[issue.ID]}}
	return Article{ID: issue.ID, Heading: w.join(issue.Title), Body: w.join(body), From: from}
}

// settled says how the issue is settled: the option's label, or the number with its unit.
func (w *writer) settled(issue *portsmouth.Issue, lang string) string {
	value := w.outcome[issue.ID]
	if issue.Kind != portsmouth.Numeric {
		return issue.Option(value).Label[lang]
	}
	return strings.TrimRight(FormatNumber(value, lang)+"\u00a0"+issue.Number.Unit[lang], "\u00a0 ")
}

// join puts texts below one another in each language of the document, a paragraph a line; nil when there is nothing.
func (w *writer) join(texts ...portsmouth.Text) portsmouth.Text {
	var joined portsmouth.Text
	for _, l := range w.languages {
		var parts []string
		for _, t := range texts {
			if s := Tidy(t[l]); s != "" {
				parts = append(parts, s)
			}
		}
		if len(parts) == 0 {
			continue
		}
		if joined == nil {
			joined = portsmouth.Text{}
		}
		joined[l] = strings.Join(parts, "\n")
	}
	return joined
}

// number counts articles and additional articles apart, each from I.
func number(articles []Article) {
	main, annex := 0, 0
	for k := range articles {
		count := &main
		if articles[k].Annex {
			count = &annex
		}
		*count++
		articles[k].Number = roman(*count)
	}
}
