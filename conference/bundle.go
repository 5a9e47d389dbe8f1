package conference

import (
	"portsmouth"
	"portsmouth/treaty"
)

// Bundle returns the text with its signatures as a file that verifies offline: what the viewer may hand to anybody. Who
// has no seat gets it once the text is public.
func (v *View) Bundle() (treaty.Bundle, error) {
	if v.Text == nil {
		return v.publicBundle()
	}
	b := treaty.Bundle{
		Conference: v.Opened.Conference, Title: v.Opened.Title, Document: v.Text.Document, Parties: bundleParties(v.Opened.Parties),
		Signatures: v.Declared(), Attestation: v.Attestation, InForce: v.InForceOn,
	}
	for _, r := range v.Ratifications {
		by := ""
		if seat := v.Seat(r.By); seat != nil {
			by = seat.Name
		}
		b.Ratifications = append(b.Ratifications, treaty.Ratification{Party: r.Party, At: r.At, By: by, Text: r.Ratified.Text})
	}
	return b, nil
}

func (v *View) publicBundle() (treaty.Bundle, error) {
	p := v.Public()
	if p.Text == nil {
		return treaty.Bundle{}, &portsmouth.Error{Kind: portsmouth.NotFound, Rule: "text-public", Message: "There is no text here that you may see."}
	}
	b := treaty.Bundle{
		Conference: p.Text.Conference, Title: p.Title, Document: *p.Text.Document, Parties: bundleParties(p.Parties), Signatures: p.Text.Signed,
	}
	if p.InForce != nil {
		b.InForce = p.InForce.On
	}
	return b, nil
}

func bundleParties(parties []portsmouth.Party) []treaty.BundleParty {
	list := make([]treaty.BundleParty, len(parties))
	for k, p := range parties {
		list[k] = treaty.BundleParty{ID: p.ID, Name: p.Name}
	}
	return list
}
