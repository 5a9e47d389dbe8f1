package conference

import (
	"slices"

	"portsmouth"
	"portsmouth/treaty"
)

// Conditions: what an offer or a proposal says in words beside its package, such as "if the loan is paid by May, then the
// ports open in June". The agenda's issues cannot express it, so it goes into the text as it stands, in brackets.

// maxConditions bounds the conditions of one package, in bytes for each language: an article, not a treaty.
const maxConditions = 4000

// conditions checks conditions and returns them as they will stand in the text; nil for none. They go with a whole
// package alone, which has a text to carry them into, and are given in every language of it.
func (d *deciding) conditions(given portsmouth.Text, whole bool) (portsmouth.Text, error) {
	t := written(given)
	switch {
	case len(t) == 0:
		return nil, nil
	case !whole:
		return nil, portsmouth.Invalidf("proposal-conditions", "conditions in words go with a package that settles every issue, so that they have a place in the text")
	}
	if err := d.inLanguages("the wording of the conditions", t); err != nil {
		return nil, err
	}
	for _, l := range t.Languages() {
		switch {
		case !slices.Contains(d.Opened.Languages, l):
			return nil, portsmouth.Invalidf("text-languages", "the conditions are given in “%.20s”, which is no language of the conference", l)
		case len(t[l]) > maxConditions:
			return nil, portsmouth.Invalidf("text-size", "the conditions are longer than %d characters", maxConditions)
		}
		if err := treaty.CheckText("the wording of the conditions", t[l]); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// written is a text without the languages in which nothing was written.
func written(given portsmouth.Text) portsmouth.Text {
	t := portsmouth.Text{}
	for l, s := range tidy(given) {
		if s != "" {
			t[l] = s
		}
	}
	return t
}

// conditionsOf are the conditions of the offer or the proposal through which a package was agreed; nil for none.
func (s *State) conditionsOf(via string) portsmouth.Text {
	if p := s.proposal(via); p != nil {
		return p.Conditions
	}
	if o := s.offer(via); o != nil {
		return o.Conditions
	}
	return nil
}
