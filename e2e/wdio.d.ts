/// <reference types="@wdio/globals/types" />
/// <reference types="@wdio/mocha-framework" />
