"""What fills the templates that carries no label: conditions, medicines, organisations, hours. All our own."""

from __future__ import annotations

SLOTS: dict[str, str] = {
    "cond": "diabetes|type 2 diabetes|asthma|pneumonia|a stroke|a heart attack|high blood pressure|migraine|strep throat"
    "|shingles|depression|anxiety|bipolar disorder|breast cancer|leukemia|lymphoma|colon cancer|melanoma|kidney stones"
    "|kidney failure|sepsis|a broken hip|an ear infection|the flu|COVID|long COVID|HIV|hepatitis C|chlamydia|lupus"
    "|gout|eczema|psoriasis|anemia|atrial fibrillation|COPD|epilepsy|a concussion|arthritis|back pain|endometriosis"
    "|PCOS|infertility|preeclampsia|an overdose|addiction|alcohol use disorder|ADHD|autism|dementia|a UTI|appendicitis"
    "|gallstones|a hernia|pancreatitis|celiac disease|IBS|acid reflux|cataracts|glaucoma|sleep apnea|scoliosis|RSV",
    "cond_cap": "Diabetes|Asthma|Stroke|Heart disease|High blood pressure|Migraine|Shingles|Depression|Anxiety|Breast cancer"
    "|Prostate cancer|Colon cancer|Melanoma|Sepsis|The flu|Measles|Lupus|Gout|Psoriasis|Anemia|AFib|COPD|Epilepsy"
    "|Arthritis|Endometriosis|Dementia|Sleep apnea|Osteoporosis|Glaucoma|Lung cancer|Pertussis|Chickenpox",
    "eponym": "Alzheimer's|Alzheimer's disease|Parkinson's|Parkinson disease|Crohn's|Crohn's disease|Hodgkin lymphoma"
    "|non-Hodgkin lymphoma|Down syndrome|Tourette syndrome|Marfan syndrome|Cushing syndrome|Addison's disease"
    "|Graves' disease|Hashimoto's thyroiditis|Huntington's disease|Bell's palsy|Raynaud's|Sjogren's|Meniere's disease"
    "|Kawasaki disease|Lyme disease|Barrett's esophagus|Asperger's|Turner syndrome|Wilson disease|Paget's disease"
    "|Lou Gehrig's disease|Guillain-Barre|Ehlers-Danlos|Lewy body dementia|Legionnaires' disease|Epstein-Barr|Ebola"
    "|West Nile|Rocky Mountain spotted fever|Wernicke|Korsakoff|Chiari|Dupuytren's|Achilles|Baker's cyst|Ewing sarcoma"
    "|Kaposi sarcoma|Merkel cell|Prader-Willi|Rett syndrome|Tay-Sachs|von Willebrand|Gaucher|Fabry|Duchenne|Wilms tumor"
    "|Osgood-Schlatter|Peyronie's|Stevens-Johnson|Takotsubo|Zollinger-Ellison|Brugada|Charcot-Marie-Tooth|Dravet",
    "score": "Apgar score|Glasgow Coma Scale|GCS|Braden scale|Morse scale|Wells score|CHA2DS2-VASc|APACHE|MELD|Framingham"
    "|Bishop score|Ranson criteria|NIHSS|PHQ-9|GAD-7|Gleason score|Bristol stool chart|Mallampati|Epworth|Snellen chart"
    "|Edinburgh scale|Mini-Cog|MoCA|AUDIT|Ottawa rules|Kegel|Trendelenburg|Heimlich maneuver|Valsalva|Epley maneuver"
    "|Whipple|Foley|Doppler|Holter monitor|Pap test|Pap smear|Mantoux|Romberg|Babinski|Murphy's sign|McBurney's point"
    "|Homan's sign|Phalen|Tinel|Lachman|Weber|Rinne|Mohs|Cesarean|Lamaze|Braxton Hicks|Ames|Billroth|Hartmann|Swan-Ganz",
    "lab": "A1C|HbA1c|CBC|CMP|BMP|LDL|HDL|TSH|INR|PSA|troponin|D-dimer|creatinine|hemoglobin|hematocrit|WBC|platelets"
    "|ferritin|vitamin D|B12|CRP|ESR|BNP|lactate|AST|ALT|eGFR|UA|EKG|ECG|EEG|MRI|CT|CXR|DEXA|PCR|Quest|LabCorp|Epic"
    "|MyChart|Gram stain|Coombs test|Western blot|ELISA|Rh factor|Coumadin level|Wright stain|Giemsa",
    "infection": "MRSA|C. diff|C. difficile|E. coli|S. aureus|RSV|HPV|HSV|HIV|VRE|CRE|TB|Zika|mpox|norovirus|COVID-19"
    "|influenza A|Flu B|H5N1|H1N1|strep|Candida auris|Legionella|Salmonella|Listeria|Giardia|Pseudomonas|Klebsiella"
    "|Clostridium|Lyme|West Nile virus|Epstein-Barr virus|Coxsackie|Marburg|Lassa|Hep B|Hep C|staph|CMV",
    "drug": "ibuprofen|Tylenol|Advil|aspirin|metformin|Ozempic|insulin|lisinopril|amoxicillin|Zoloft|Prozac|Xanax|Adderall"
    "|warfarin|Eliquis|prednisone|albuterol|Humira|Keytruda|gabapentin|oxycodone|Suboxone|naloxone|Narcan|Lipitor"
    "|atorvastatin|omeprazole|Benadryl|Zyrtec|Paxlovid|Tamiflu|Wegovy|Lexapro|lithium|Botox|methadone|levothyroxine",
    "dept": "Cardiology|cardiology|oncology|Oncology|pediatrics|NICU|ICU|ER|radiology|orthopedics|Orthopedics|maternity"
    "|surgery|dermatology|Neurology|behavioral health|Physical Therapy|Labor and Delivery|Women's Health|Sports Medicine",
    "site": "clinic|hospital|office|practice|ER|urgent care|dental office|birth center|surgery center|health center",
    "awareness": "American Heart Month|Breast Cancer Awareness Month|World Diabetes Day|Mental Health Awareness Month"
    "|National Nurses Week|Suicide Prevention Month|World AIDS Day|Stroke Awareness Month|Lupus Awareness Month"
    "|National Doctors' Day|Movember|Pride Month|Black History Month|Hispanic Heritage Month|World Health Day"
    "|Alzheimer's Awareness Month|Parkinson's Awareness Month|Childhood Cancer Awareness Month|Dry January"
    "|Rare Disease Day|World Kidney Day|Give Kids a Smile Day|National Wear Red Day|Men's Health Month",
    "color": "red|pink|teal|purple|blue|orange|green|gold",
    "month": "January|February|March|April|May|June|July|August|September|October|November|December",
    "month_es": "enero|febrero|marzo|abril|mayo|junio|octubre|noviembre|Octubre|Noviembre|Mayo",
    "weekday": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
    "weekday_es": "lunes|martes|miércoles|jueves|viernes|sábado|domingo",
    "hours": "8-5|9 to 5|Monday through Friday|Mon-Fri 8am-5pm|7 a.m. to 7 p.m.|weekdays 8-6|24/7|Monday-Saturday|daily 10-4"
    "|every Wednesday|Tuesdays and Thursdays|from 9 a.m. to noon|until 8 pm|on weekends|weekdays|Sat 9-1|around the clock",
    "hours_es": "de lunes a viernes|de 8 a 5|todos los días|los sábados de 9 a 1|las 24 horas|entre semana",
    "agegroup": "40|45|50|65|6 months|12 to 17|18-64|21 to 65|60|75|2 to 18|90|5",
    "time": "9 am|10:30|2 pm|14:15|8:45 a.m.|noon|3:30pm",
    "year": "2015|2018|2019|2020|2021|2022|2023|2024|2025",
    "age": "3|7|19|24|34|41|52|63|71|88|91|94|99",
    "phone_own": "555-0142|303-555-0150|(303) 555-0199|1-800-555-0100|555-0111|800-273-8255",
    "url_own": "https://www.example.org/walk|example.org|www.cdc.gov/flu|https://medlineplus.gov|bit.ly/example|cancer.org",
    "id_room": "4|12|214|3B|402|17",
    "drug_es": "ibuprofeno|paracetamol|amoxicilina|metformina|insulina|aspirina|omeprazol",
    "cond_es": "diabetes|asma|gripe|cáncer de mama|neumonía|presión alta|depresión|ansiedad|COVID|leucemia|migraña|artritis",
    "eponym_es": "enfermedad de Parkinson|enfermedad de Alzheimer|síndrome de Down|enfermedad de Crohn|mal de Chagas",
    "road": "Route 9|I-95|Highway 61|Main Street|Elm Street|Oak Avenue|Maple Rd|County Road 12|5th Ave|Cedar Lane",
}
ORG_HEADS = "Mercy|Riverside|Lakeview|Unity|Summit|Valley|Providence|Trinity|Community|Memorial|Harbor|Bright Smile|Pine"
ORG_TAILS = "Hospital|Health|Medical Center|Clinic|Dental|Health System|Family Medicine|Pediatrics|Urgent Care|Hospice"
STATES = (
    "Ohio|Texas|California|Florida|New York|Georgia|Nevada|Maine|Utah|Oregon|Iowa|Kansas|Colorado|Arizona|Virginia"
    "|Illinois|Michigan|Montana|Alabama|New Jersey|Washington|TX|CA|NY|FL|OH|PA|GA|NC|IL|MI|AZ|CO|WA|MA"
)
COUNTRIES = (
    "Mexico|Canada|Spain|Ukraine|India|Kenya|Brazil|Ireland|Japan|Nigeria|Cuba|Peru|Colombia|Poland|Germany|France"
    "|Australia|Egypt|Syria|Haiti|UK|US|USA|England|Scotland|Iraq|China|Russia|Israel|Gaza|Vietnam|Philippines"
)
EMOJI = "😊|🎉|❤️|🙏|😢|💉|🩺|👏|💪|😂"
HASHTAGS = "#FluSeason|#HeartMonth|#nurselife|#MentalHealth|#GetVaccinated|#WorldHealthDay|#StrokeAwareness|#salud|#ThankANurse"
