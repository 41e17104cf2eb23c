package evidence

// demonyms lists, by state, the adjectives and the names of its people as
// English prose writes them. Ambiguous ones are left out: "Congolese" (two
// states), "Dominican" (two), "English" (mostly the language).
var demonyms = map[string]string{
	"AD": "Andorran", "AE": "Emirati, Emiratis", "AF": "Afghan, Afghans, Afghani", "AL": "Albanian, Albanians",
	"AM": "Armenian, Armenians", "AO": "Angolan, Angolans", "AR": "Argentine, Argentines, Argentinian, Argentinean",
	"AT": "Austrian, Austrians", "AU": "Australian, Australians", "AZ": "Azerbaijani, Azerbaijanis, Azeri",
	"BA": "Bosnian, Bosnians", "BD": "Bangladeshi, Bangladeshis", "BE": "Belgian, Belgians", "BF": "Burkinabe",
	"BG": "Bulgarian, Bulgarians", "BH": "Bahraini, Bahrainis", "BN": "Bruneian", "BO": "Bolivian, Bolivians",
	"BR": "Brazilian, Brazilians", "BT": "Bhutanese", "BW": "Botswanan", "BY": "Belarusian, Belarusians, Belarussian, Belorussian",
	"CA": "Canadian, Canadians", "CH": "Swiss", "CI": "Ivorian, Ivorians", "CL": "Chilean, Chileans", "CM": "Cameroonian",
	"CN": "Chinese", "CO": "Colombian, Colombians", "CR": "Costa Rican, Costa Ricans", "CU": "Cuban, Cubans",
	"CY": "Cypriot, Cypriots", "CZ": "Czech, Czechs", "DE": "German, Germans", "DJ": "Djiboutian", "DK": "Danish, Dane, Danes",
	"DZ": "Algerian, Algerians", "EC": "Ecuadorian, Ecuadorean", "EE": "Estonian, Estonians", "EG": "Egyptian, Egyptians",
	"ER": "Eritrean", "ES": "Spanish, Spaniard, Spaniards, Catalan, Catalans", "ET": "Ethiopian, Ethiopians", "FI": "Finnish, Finn, Finns",
	"FJ": "Fijian", "FR": "French, Frenchman, Frenchmen", "GA": "Gabonese", "GB": "British, Briton, Britons, Scottish, Welsh",
	"GE": "Georgian, Georgians", "GH": "Ghanaian, Ghanaians", "GM": "Gambian", "GR": "Greek, Greeks", "GT": "Guatemalan",
	"GY": "Guyanese", "HN": "Honduran, Hondurans", "HR": "Croatian, Croatians, Croat, Croats", "HT": "Haitian, Haitians",
	"HU": "Hungarian, Hungarians", "ID": "Indonesian, Indonesians", "IE": "Irish", "IL": "Israeli, Israelis", "IN": "Indian, Indians",
	"IQ": "Iraqi, Iraqis", "IR": "Iranian, Iranians", "IS": "Icelandic, Icelander, Icelanders", "IT": "Italian, Italians",
	"JM": "Jamaican", "JO": "Jordanian, Jordanians", "JP": "Japanese", "KE": "Kenyan, Kenyans", "KG": "Kyrgyz, Kyrgyzstani",
	"KH": "Cambodian, Cambodians", "KP": "North Korean, North Koreans", "KR": "South Korean, South Koreans, Korean, Koreans",
	"KW": "Kuwaiti, Kuwaitis", "KZ": "Kazakh, Kazakhs, Kazakhstani", "LA": "Laotian, Laotians", "LB": "Lebanese", "LK": "Sri Lankan, Sri Lankans",
	"LR": "Liberian", "LT": "Lithuanian, Lithuanians", "LU": "Luxembourgish", "LV": "Latvian, Latvians", "LY": "Libyan, Libyans",
	"MA": "Moroccan, Moroccans", "MD": "Moldovan, Moldovans", "ME": "Montenegrin, Montenegrins", "MG": "Malagasy",
	"MK": "Macedonian, Macedonians, North Macedonian", "ML": "Malian, Malians", "MM": "Burmese", "MN": "Mongolian, Mongolians",
	"MR": "Mauritanian", "MT": "Maltese", "MU": "Mauritian", "MV": "Maldivian", "MX": "Mexican, Mexicans", "MY": "Malaysian, Malaysians",
	"MZ": "Mozambican", "NA": "Namibian", "NG": "Nigerian, Nigerians", "NE": "Nigerien", "NI": "Nicaraguan, Nicaraguans", "NL": "Dutch, Dutchman",
	"NO": "Norwegian, Norwegians", "NP": "Nepali, Nepalese", "NZ": "New Zealander, New Zealanders", "OM": "Omani, Omanis",
	"PA": "Panamanian, Panamanians", "PE": "Peruvian, Peruvians", "PH": "Filipino, Filipinos, Philippine", "PK": "Pakistani, Pakistanis",
	"PL": "Polish, Pole, Poles", "PS": "Palestinian, Palestinians", "PT": "Portuguese", "PW": "Palauan, Palauans", "PY": "Paraguayan, Paraguayans",
	"QA": "Qatari, Qataris", "RO": "Romanian, Romanians", "RS": "Serbian, Serbians, Serb, Serbs", "RU": "Russian, Russians", "RW": "Rwandan, Rwandans",
	"SA": "Saudi, Saudis", "SD": "Sudanese", "SE": "Swedish, Swede, Swedes", "SG": "Singaporean, Singaporeans", "SI": "Slovenian, Slovenians, Slovene",
	"SK": "Slovak, Slovaks, Slovakian", "SN": "Senegalese", "SO": "Somali, Somalis", "SS": "South Sudanese", "SV": "Salvadoran, Salvadorans",
	"SY": "Syrian, Syrians", "TD": "Chadian", "TG": "Togolese", "TH": "Thai, Thais", "TJ": "Tajik, Tajiks", "TM": "Turkmen", "TN": "Tunisian, Tunisians",
	"TR": "Turkish, Turk, Turks", "TW": "Taiwanese", "TZ": "Tanzanian, Tanzanians", "UA": "Ukrainian, Ukrainians", "UG": "Ugandan, Ugandans",
	"US": "American, Americans", "UY": "Uruguayan", "UZ": "Uzbek, Uzbeks, Uzbekistani", "VE": "Venezuelan, Venezuelans", "VN": "Vietnamese",
	"XK": "Kosovar, Kosovars, Kosovan", "YE": "Yemeni, Yemenis", "ZA": "South African, South Africans", "ZM": "Zambian", "ZW": "Zimbabwean, Zimbabweans",
}

// abbreviations are states only when written in capitals.
var abbreviations = map[string]string{
	"US": "US", "USA": "US", "UK": "GB", "UAE": "AE", "DPRK": "KP", "PRC": "CN", "ROK": "KR", "KSA": "SA", "DRC": "CD",
}

// specialPhrases are phrases that name several states at once, or that hold the
// name of a state and mean something else.
var specialPhrases = map[string][]string{
	"North and South Korea": {"KP", "KR"}, "North and South Korean": {"KP", "KR"}, "South and North Korea": {"KR", "KP"},
	"Islamic State of Iraq and Syria": nil, "Islamic State of Iraq and the Levant": nil, "Korean Peninsula": nil,
	"South China Sea": nil, "East China Sea": nil, "Sea of Japan": nil, "Indian Ocean": nil, "Gulf of Mexico": nil, "Gulf of Oman": nil,
	"Latin America": nil, "Latin American": nil, "South America": nil, "South American": nil, "North America": nil, "North American": nil,
	"Central America": nil, "Central American": nil, "Pan American": nil, "New Mexico": nil, "New Jersey": nil, "American Indian": nil,
	"Georgia Tech": nil, "Georgia Institute of Technology": nil, "State of Georgia": {"US"}, "Georgia, USA": {"US"}, "Georgia, U.S.": {"US"},
	"Atlanta, Georgia": {"US"}, "French Guiana": {"GF"}, "French Polynesia": {"PF"}, "British Virgin Islands": {"VG"},
	"Guinea-Bissau": {"GW"}, "Equatorial Guinea": {"GQ"}, "Papua New Guinea": {"PG"},
}
