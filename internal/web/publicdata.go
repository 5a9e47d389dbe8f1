package web

import (
	"encoding/json"
	"time"

	"portsmouth"
	"portsmouth/conference"
)

// The public page as data (docs/guide/public.md): what it is made of, for programs.

// publicFormat names the form of the data. A changed one would have another number.
const publicFormat = "portsmouth-public/1"

// publicData is all that the public knows of a conference, in all languages of the conference.
type publicData struct {
	Format     string            `json:"format"`
	Conference string            `json:"conference"`
	Page       string            `json:"page"`             // its address, for people
	Record     string            `json:"record,omitempty"` // its address, for "portsmouth verify"
	Title      portsmouth.Text   `json:"title,omitempty"`
	Summary    portsmouth.Text   `json:"summary,omitempty"`
	Facts      []portsmouth.Text `json:"facts,omitempty"`
	Why        portsmouth.Text   `json:"why,omitempty"`
	Place      string            `json:"place,omitempty"`
	Replay     bool              `json:"replay,omitempty"`

	Parties  []portsmouth.Party     `json:"parties,omitempty"`
	People   []publicPerson         `json:"people,omitempty"` // who are there now, of those whom the notice names
	Rules    *conference.Rules      `json:"rules,omitempty"`
	Keys     []conference.PublicKey `json:"keys,omitempty"` // that hold now
	Schedule []scheduleLine         `json:"schedule,omitempty"`

	Publications []publicationData `json:"publications"` // oldest first
}

// publicPerson is somebody at the table whom the notice names.
type publicPerson struct {
	Name  string          `json:"name"`
	Party string          `json:"party,omitempty"`
	Role  portsmouth.Role `json:"role"`
}

// scheduleLine is a line of the publicity schedule.
type scheduleLine struct {
	What      string    `json:"what"` // one of conference.Headings
	When      string    `json:"when"`
	NotBefore time.Time `json:"not_before,omitzero"`
	Published []string  `json:"published,omitempty"` // ids of publications, oldest first
}

// publicationData is a publication with its place in the record. Its fields are those of docs/spec/event.md.
type publicationData struct {
	ID   string    `json:"id"`
	At   time.Time `json:"at"`
	Leaf int64     `json:"leaf"`
	conference.Published
}

// publicData serves it.
func (s *site) publicData(v *visit) error {
	b, err := publicOf(v)
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(s.dataOf(v, b), "", " ")
	if err != nil {
		return err
	}
	v.sendToAll("application/json", feedLasts, "", append(data, '\n'))
	return nil
}

func (s *site) dataOf(v *visit, b *conference.PublicView) publicData {
	id := v.path("id")
	d := publicData{
		Format: publicFormat, Conference: id, Page: s.address("/c/" + id + "/public"),
		Title: b.Title, Summary: b.Summary, Facts: b.Facts, Why: b.Why, Place: b.Place, Replay: b.Replay,
		Parties: b.Parties, Rules: b.Rules, Keys: b.Keys, Publications: make([]publicationData, len(b.All)),
	}
	if r := s.recordOf(v); r != nil {
		d.Record = r.address
	}
	for _, x := range b.People {
		d.People = append(d.People, publicPerson{x.Name, x.Party, x.Role})
	}
	for _, h := range b.Schedule() {
		line := scheduleLine{What: h.What, When: h.When, NotBefore: h.NotBefore}
		for _, x := range h.Published {
			line.Published = append(line.Published, x.ID)
		}
		d.Schedule = append(d.Schedule, line)
	}
	for k, x := range b.All {
		d.Publications[k] = publicationData{x.ID, x.At, x.Leaf, x.Published}
	}
	return d
}
