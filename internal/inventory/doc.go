// Package inventory answers "what is there?": the devices, services and
// software that the evidence tells of, each fact with the bytes that say so
// and how far they can be trusted.
//
// A decoder hands out [Observation]s: what one place of one file says of one
// device. A [Model] collects them; models merge in any order. [Model.Resolve]
// then joins what different sources say of the same device, strong keys
// first, and keeps what they disagree on.
package inventory
