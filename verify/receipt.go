package verify

import (
	"errors"
	"fmt"
	"time"

	"portsmouth/record"
)

// Receipt checks the receipt of an act that is not public: that the venue has signed it, with this key when one is given.
func Receipt(data []byte, o Options) *record.Report {
	r := &record.Report{}
	receipt, err := readReceipt(data, o.Key)
	r.Add("the receipt", record.FileAt("."), fmt.Sprintf("of the act %s, accepted on %s, with the SHA-256 %s", receipt.Act,
		time.UnixMilli(receipt.At).UTC().Format("2006-01-02 15:04:05 MST"), receipt.SHA256), err)
	if err != nil {
		return r
	}
	r.Add("the signature", record.FileAt("."), "by "+receipt.Key, nil)
	if p := receipt.Promise; p != nil {
		where := "is given to all at the table at its close"
		if p.Leaf {
			where = "will be in the leaf of the round"
		}
		r.Add("the promise", record.FileAt("."), fmt.Sprintf("that %s of %s in the round %s %s", p.Commitment, p.Party, p.Round, where), nil)
	}
	return r
}

// readReceipt reads a receipt that key has signed; any key will do when it is "".
func readReceipt(data []byte, key string) (record.Receipt, error) {
	receipt, err := record.CheckReceipt(data)
	if err == nil && key != "" && receipt.Key != key {
		return record.Receipt{}, errors.New("it is signed by another key than the one that was given")
	}
	return receipt, err
}

// promise checks that a record keeps what a receipt promises.
func promise(r *record.Report, rounds commitments, data []byte) {
	receipt, err := readReceipt(data, r.Genesis.Key)
	found := "the receipt promises nothing of the record"
	if p := receipt.Promise; err == nil && p != nil && p.Leaf {
		kept, ended := rounds[p.Round]
		found = "the round has not ended"
		if ended {
			found = "the leaf of the round has the commitment of " + p.Party
		}
		if ended && kept[p.Party].String() != p.Commitment {
			err = fmt.Errorf("the leaf of the round %s has another commitment of %s: the promise is broken, unless the party lodged anew or took it back", p.Round, p.Party)
		}
	}
	r.Add("the promise", record.FileAt("."), found, err)
}
