import { StartRefused } from "../config/errors.ts";

/** The data folder was made for another oracle: its rows would be mistaken for this one's. */
export class DataFolderOfAnother extends StartRefused {
  override readonly code = "DATA_FOLDER_OF_ANOTHER";

  constructor(folder: string, bound: string) {
    super(`Data folder ${folder} belongs to oracle ${bound}. Give every oracle a data folder of its own.`);
  }
}

/** Relays that share a database speak for one reporter: two would show each other's signatures as their own. */
export class DatabaseOfAnother extends StartRefused {
  override readonly code = "DATABASE_OF_ANOTHER";

  constructor(reporter: string) {
    super(`The database belongs to reporter ${reporter}. Give every reporter key a database of its own.`);
  }
}
