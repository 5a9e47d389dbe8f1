package demo

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/scenario"
	"portsmouth/treaty"
)

// command writes an act out as the command that a person would send: references become ids, short forms their contents,
// and what can only be known at the time (digests, a signature) is taken from what the author sees.
func (r *Replay) command(a Act, view *conference.View) (conference.Command, error) {
	fields, _ := r.refer(a.Fields).(map[string]any)
	w := writing{Replay: r, act: a, view: view, fields: fields}
	if err := w.expand(); err != nil {
		return nil, err
	}
	body, err := json.Marshal(w.fields)
	if err != nil {
		return nil, err
	}
	return conference.DecodeCommandAs(a.Verb, body)
}

// refer copies a value with the ids of acts in the place of their names.
func (r *Replay) refer(v any) any {
	switch v := v.(type) {
	case string:
		if m := refForm.FindStringSubmatch(v); m != nil {
			return r.actID(m[1])
		}
	case map[string]any:
		c := map[string]any{}
		for _, k := range portsmouth.SortedKeys(v) {
			c[k] = r.refer(v[k])
		}
		return c
	}
	return v
}

// writing is one command on its way from its short form.
type writing struct {
	*Replay
	act    Act
	view   *conference.View
	fields map[string]any
}

func (w *writing) expand() error {
	switch w.act.Verb {
	case "found":
		return w.found()
	case "invite":
		return w.invite()
	case "accept-invitation":
		if w.fields["name"] == nil {
			w.fields["name"] = w.chronicle.person(w.act.By).Name.In("en")
		}
	case "propose-agenda":
		if w.fields["agenda"] == "scenario" {
			w.fields["agenda"] = w.chronicle.Scenario.Agenda
		}
	case "state-preferences":
		return w.preferences()
	case "make-offer":
		return w.offer()
	case "propose-correction":
		return w.correction()
	case "initial-articles":
		return w.initials()
	case "sign", "attest":
		return w.sign()
	case "ratify":
		if err := w.hasText(); err != nil {
			return err
		}
		w.fields["digest"] = treaty.DigestOf(w.view.Text.Document).String()
	}
	return nil
}

// found fills in from the scenario what the act does not say itself.
func (w *writing) found() error {
	s := w.chronicle.Scenario
	whole := map[string]any{
		"title": s.Title, "summary": s.Summary, "facts": s.Facts, "why": s.Why, "place": s.Place.In("en"),
		"languages": s.Languages, "parties": parties(s), "mediated": len(s.Mediators) > 0,
	}
	maps.Copy(whole, w.fields)
	whole["conference"], whole["replay"] = w.conference, true
	w.fields = whole
	return nil
}

func parties(s *scenario.Scenario) []portsmouth.Party {
	var list []portsmouth.Party
	for _, p := range s.Parties {
		list = append(list, p.Party)
	}
	return list
}

func (w *writing) invite() error {
	id, ok := w.fields["seat"].(string)
	if !ok {
		return nil
	}
	party, role, person := w.chronicle.Seat(id)
	if person == nil {
		return fmt.Errorf("there is no person “%s” in the scenario", id)
	}
	delete(w.fields, "seat")
	w.fields["party"], w.fields["role"], w.fields["name"] = party, role, person.Name.In("en")
	return nil
}

// offer puts the terms of a named package in: all of them, or with some set otherwise.
func (w *writing) offer() error {
	base, ok := w.fields["package"].(string)
	if !ok {
		base, ok = w.fields["base"].(string)
	}
	if !ok {
		return nil
	}
	terms, err := w.chronicle.Scenario.Package(base)
	if err != nil {
		return err
	}
	if set, ok := w.fields["set"].(map[string]any); ok {
		for _, issue := range portsmouth.SortedKeys(set) {
			terms[issue] = fmt.Sprint(set[issue])
		}
	}
	for _, short := range []string{"package", "base", "set"} {
		delete(w.fields, short)
	}
	w.fields["terms"] = terms
	return nil
}

// preferences puts in what the scenario says the author's party wants, with the reservation values that it had by then.
func (w *writing) preferences() error {
	if w.fields["preferences"] != "scenario" {
		return nil
	}
	s := w.chronicle.Scenario
	stated := s.Preferences[s.PartyOf(w.act.By)]
	if stated == nil {
		return fmt.Errorf("the scenario has no preferences for the party of “%s”", w.act.By)
	}
	now := *stated
	now.Reservations = nil
	for _, r := range stated.Reservations {
		if !r.From.After(w.act.At) {
			now.Reservations = append(now.Reservations, r)
		}
	}
	w.fields["preferences"] = now
	return nil
}

// correction writes out an article from the words to be replaced in it: {en: [old, new]}. Languages that are not named
// stay as they are.
func (w *writing) correction() error {
	replace, ok := w.fields["replace"].(map[string]any)
	if !ok {
		return nil
	}
	if err := w.hasText(); err != nil {
		return err
	}
	id, _ := w.fields["article"].(string)
	article := w.view.Text.Document.Article(id)
	if article == nil {
		return fmt.Errorf("the text has no article “%s”", id)
	}
	text := article.Body.Clone()
	for _, lang := range portsmouth.SortedKeys(replace) {
		pair, ok := replace[lang].([]any)
		if !ok || len(pair) != 2 {
			return fmt.Errorf("replace is {language: [old, new]}")
		}
		before, after := fmt.Sprint(pair[0]), fmt.Sprint(pair[1])
		if strings.Count(text[lang], before) != 1 {
			return fmt.Errorf("“%s” does not stand once in %s (%s)", before, id, lang)
		}
		text[lang] = strings.Replace(text[lang], before, after, 1)
	}
	delete(w.fields, "replace")
	w.fields["text"] = text
	return nil
}

// initials puts the digest of every part that the party has not initialled as it reads.
func (w *writing) initials() error {
	if w.fields["articles"] != "all" {
		return nil
	}
	if err := w.hasText(); err != nil {
		return err
	}
	digests := map[string]string{}
	for _, id := range w.view.Text.Initialable() {
		if w.view.Text.InitialledBy(id, w.view.Viewer.Party) {
			continue
		}
		digest, err := treaty.ArticleDigest(w.view.Text.Document, id)
		if err != nil {
			return err
		}
		digests[id] = digest.String()
	}
	w.fields["articles"] = digests
	return nil
}

// sign makes a key for this one signature and forgets it: nobody can sign with it again, in this conference or another.
func (w *writing) sign() error {
	if err := w.hasText(); err != nil {
		return err
	}
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	digest := treaty.DigestOf(w.view.Text.Document)
	as := treaty.Signature{Party: w.view.Viewer.Party}
	as.Name, _ = w.fields["name"].(string)
	as.Capacity, _ = w.fields["capacity"].(string)
	if w.act.Verb == "attest" {
		as.Party = treaty.Attestor
	}
	signed := treaty.Sign(key, w.conference, as, digest)
	w.fields["digest"] = digest.String()
	w.fields["public_key"], w.fields["signature"] = signed.PublicKey, signed.Sig
	return nil
}

func (w *writing) hasText() error {
	if w.view == nil || w.view.Text == nil {
		return fmt.Errorf("there is no text yet")
	}
	return nil
}
