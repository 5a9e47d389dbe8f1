package record

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// ReceiptName is what the name of a receipt file ends with.
const ReceiptName = ".receipt"

// receiptTag is the first line of a receipt. No checkpoint begins with it, so that neither can be taken for the other.
const receiptTag = "portsmouth-receipt/1"

// Receipt is what a venue says to whom it has accepted an act from that is not public: that it has it, in these bytes. It
// says nothing of the record, whose length and time would tell of others' acts.
type Receipt struct {
	Conference string   `json:"conference"` // its id
	Origin     string   `json:"origin"`     // the name that the conference's record has, or would have
	Key        string   `json:"key"`        // the venue's key under this name
	Act        string   `json:"act"`        // its id
	At         int64    `json:"at"`         // milliseconds since 1970, UTC, by the conference's clock
	SHA256     string   `json:"sha256"`     // of the act as it is stored, in hexadecimal
	Promise    *Promise `json:"promise,omitempty"`
}

// Promise is what a venue says further of what a party lodged in a round: that the leaf which the record gets when the round
// has ended will hold this commitment at the party's place, unless the party lodges anew or takes it back.
type Promise struct {
	Round      string `json:"round"`
	Party      string `json:"party"`
	Commitment string `json:"commitment"` // 64 hexadecimal digits
	Leaf       bool   `json:"leaf"`       // the round becomes a leaf; else all at the table get the commitment at its close
}

// text is the part of a receipt that is signed: two lines.
func (r Receipt) text() (string, error) {
	data, err := json.Marshal(r)
	return receiptTag + "\n" + string(data) + "\n", err
}

// SignReceipt signs a receipt. Origin and Key are filled in here.
func (k *Key) SignReceipt(r Receipt) ([]byte, error) {
	r.Origin, r.Key = k.Origin(r.Conference), k.Verifier(r.Conference)
	verifier, err := note.NewVerifier(r.Key)
	if err != nil {
		return nil, fmt.Errorf("record: key: %w", err)
	}
	text, err := r.text()
	if err != nil {
		return nil, fmt.Errorf("record: receipt: %w", err)
	}
	return note.Sign(&note.Note{Text: text}, signer{verifier, k.private})
}

// IsReceipt reports whether data says that it is a receipt.
func IsReceipt(data []byte) bool { return strings.HasPrefix(string(data), receiptTag+"\n") }

// CheckReceipt reads a receipt and checks that the key which it names has signed it: whose that key is must be known by
// another way. It accepts only what SignReceipt writes.
func CheckReceipt(data []byte) (Receipt, error) {
	var r Receipt
	body, signed, cut := strings.Cut(string(data), "\n\n")
	line, is := strings.CutPrefix(body, receiptTag+"\n")
	if !cut || !is || json.Unmarshal([]byte(line), &r) != nil {
		return Receipt{}, errors.New("a receipt is the line " + receiptTag + ", a line of JSON, an empty line and a signature")
	}
	text, err := r.text()
	if err != nil || text != body+"\n" {
		return Receipt{}, errors.New("the receipt is not written in the one way that it can be")
	}
	if err := r.check(); err != nil {
		return Receipt{}, err
	}
	v, err := note.NewVerifier(r.Key)
	if err != nil {
		return Receipt{}, errors.New("the key in the receipt cannot be read")
	}
	s, err := readSignature(strings.TrimSuffix(signed, "\n"))
	if err != nil {
		return Receipt{}, err
	}
	if s.line() != signed || s.name != v.Name() || s.hash != v.KeyHash() || !v.Verify([]byte(text), s.raw) {
		return Receipt{}, errors.New("the key that the receipt names has not signed it")
	}
	return r, nil
}

// check: name and key belong to the conference, and what is a hash looks like one.
func (r Receipt) check() error {
	public, err := (&Genesis{Origin: r.Origin, Key: r.Key}).PublicKey()
	if err != nil {
		return err
	}
	if r.Origin != originOf(public, r.Conference) || r.Key != verifierOf(public, r.Origin) {
		return errors.New("the name in the receipt is not that of this key and this conference")
	}
	hashes := []string{r.SHA256}
	if r.Promise != nil {
		hashes = append(hashes, r.Promise.Commitment)
	}
	for _, h := range hashes {
		if raw, err := hex.DecodeString(h); err != nil || len(raw) != HashSize || hex.EncodeToString(raw) != h {
			return errors.New("a hash in the receipt is not 64 hexadecimal digits")
		}
	}
	return nil
}
