package treaty

import (
	"slices"

	"portsmouth"
)

// Conditions is the id of the article that holds what was agreed in words beside the package: conditions, side terms.
// A number may follow it where the agenda has an article of that name.
const Conditions = "conditions"

// WithConditions returns the text with one more article, before the additional ones: what was agreed in words, given in
// every language of the text. It stands in brackets, as in a draft, until the parties have put it into the words of a
// treaty. Without conditions the text is the same.
func (d Document) WithConditions(conditions portsmouth.Text) (Document, error) {
	if len(conditions) == 0 {
		return d, nil
	}
	c := d.Clone()
	body := portsmouth.Text{}
	for _, l := range conditions.Languages() {
		body[l] = "[" + Tidy(conditions[l]) + "]"
	}
	at := slices.IndexFunc(c.Articles, func(a Article) bool { return a.Annex })
	if at < 0 {
		at = len(c.Articles)
	}
	c.Articles = slices.Insert(c.Articles, at, Article{ID: c.freeID(Conditions), Body: body})
	number(c.Articles)
	if err := c.Check(); err != nil {
		return Document{}, err
	}
	return c, nil
}

// freeID is an article's id that no article has.
func (d *Document) freeID(id string) string {
	for d.Article(id) != nil {
		id += "-2"
	}
	return id
}
