package venue

import (
	"context"

	"portsmouth/conference"
	"portsmouth/record"
)

// ReceiptFile is a receipt that its holder can check without the venue.
type ReceiptFile struct {
	Kind string // what its name ends with: record.ProofName or record.ReceiptName
	Data []byte
}

// Receipt gives a person the receipt of an act that they may see. Of an act that is public, or with which something was
// published, it is a proof that this is in the public record; of any other the venue's signature under a hash of its
// bytes, which tells nothing of the record. What the person may not see is not found, and neither is anything while the
// venue has no key.
func (v *Venue) Receipt(ctx context.Context, id, person, act string) (ReceiptFile, error) {
	view, err := v.Look(ctx, id, person)
	if err != nil {
		return ReceiptFile{}, err
	}
	if v.RecordKey == nil {
		return ReceiptFile{}, notFound()
	}
	e := view.Act(act)
	if e == nil {
		return ReceiptFile{}, notFound()
	}
	if err := noteGone(e); err != nil {
		return ReceiptFile{}, err
	}
	if p := view.PublishedWith(act); p != nil {
		return v.proof(ctx, id, p)
	}
	return v.signedReceipt(id, view, e)
}

// proof writes the proof that a publication is in the record as it is now.
func (v *Venue) proof(ctx context.Context, id string, p *conference.Publication) (ReceiptFile, error) {
	tree, signed, err := v.cosignedCheckpoint(ctx, id)
	if err != nil {
		return ReceiptFile{}, err
	}
	leaves, err := v.leaves(ctx, id, p.Leaf, p.Leaf+1)
	if err != nil {
		return ReceiptFile{}, err
	}
	if len(leaves) == 0 {
		return ReceiptFile{}, notFound() // it was published while the venue had no key
	}
	hashes, err := tree.Inclusion(p.Leaf, tree.Size())
	if err != nil {
		return ReceiptFile{}, err
	}
	data, err := record.NewProofFile(leaves[0], p.Leaf, hashes, signed)
	return ReceiptFile{Kind: record.ProofName, Data: data}, err
}

// signedReceipt signs for an act that is not public.
func (v *Venue) signedReceipt(id string, view *conference.View, e *conference.Event) (ReceiptFile, error) {
	sum, err := conference.SumOf(*e)
	if err != nil {
		return ReceiptFile{}, err
	}
	r := record.Receipt{Conference: id, Act: e.ID, At: e.At.UnixMilli(), SHA256: sum}
	if b, is := e.Body.(conference.RoundEntered); is {
		r.Promise = &record.Promise{Round: b.Round, Party: b.Party, Commitment: b.Commitment, Leaf: view.RoundsPublic()}
	}
	data, err := v.RecordKey.SignReceipt(r)
	return ReceiptFile{Kind: record.ReceiptName, Data: data}, err
}

// ActBytes gives a person the bytes of an act that they may see, as they are stored and hashed.
func (v *Venue) ActBytes(ctx context.Context, id, person, act string) ([]byte, error) {
	view, err := v.Look(ctx, id, person)
	if err != nil {
		return nil, err
	}
	e := view.Act(act)
	if e == nil {
		return nil, notFound()
	}
	if err := noteGone(e); err != nil {
		return nil, err
	}
	if conference.LockedWords(e.Body) != nil {
		return nil, conference.ErrLocked()
	}
	_, body, err := conference.EncodeEvent(*e)
	return body, err
}

// RecordVerifier is the key with which the venue signs what concerns a conference: its receipts and, where the public knows of
// it, its record. It is "" while the venue has none.
func (v *Venue) RecordVerifier(id string) string {
	if v.RecordKey == nil {
		return ""
	}
	return v.RecordKey.Verifier(id)
}
