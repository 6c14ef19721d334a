/** What the guest of an instance has posted as its password: encrypted with the public key of the instance. */
export interface GuestPasswordsTable {
  instance_uuid: string;
  password: string;
}

export interface GuestPasswordTables {
  guest_passwords: GuestPasswordsTable;
}
